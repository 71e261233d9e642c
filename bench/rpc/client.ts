import type { Driver, Shape } from "./load.js";
import { markNow, reply, type Ask } from "./messages.js";
import { loadPeer } from "./peers/index.js";

const [subject, shapeText, url] = process.argv.slice(2);
const shape: Shape = JSON.parse(shapeText);
const peer = await loadPeer(subject, shape.transport);
const drivers: Driver[] = [];
for (let i = 0; i < shape.connections; i++) drivers.push(await peer.connect(url, shape));

const total = (count: "calls" | "answers") => drivers.reduce((sum, driver) => sum + driver[count], 0);

process.on("disconnect", () => process.exit());
process.on("message", async ({ ask }: Ask) => {
  if (ask === "mark") return reply(markNow(total("calls"), total("answers")));
  if (ask === "start") for (const driver of drivers) driver.start();
  else await Promise.all(drivers.map((driver) => driver.rest()));
  reply({ reply: "done" });
});
reply({ reply: "ready", url });
