import type { Driver, Peer, Place, Shape } from "./load.js";
import { markNow, reply, type Ask } from "./messages.js";

const [module, shapeText, placeText] = process.argv.slice(2);
const shape: Shape = JSON.parse(shapeText);
const place: Place = JSON.parse(placeText);
const { peer } = (await import(module)) as { readonly peer: Peer };
const drivers: Driver[] = [];
for (let i = 0; i < shape.connections; i++) drivers.push(await peer.connect(place, shape));

const total = (count: "calls" | "answers") => drivers.reduce((sum, driver) => sum + driver[count], 0);
const measured = () => drivers.flatMap((driver) => driver.measured?.() ?? []);

process.on("disconnect", () => process.exit());
process.on("message", async ({ ask }: Ask) => {
  if (ask === "mark") return reply(markNow(total("calls"), total("answers"), measured()));
  if (ask === "start") for (const driver of drivers) driver.start();
  else await Promise.all(drivers.map((driver) => driver.rest()));
  reply({ reply: "done" });
});
reply({ reply: "ready", place });
