import type { Shape } from "./load.js";
import { markNow, reply, type Ask } from "./messages.js";
import { loadPeer } from "./peers/index.js";

const [subject, shapeText] = process.argv.slice(2);
const { transport }: Shape = JSON.parse(shapeText);
const peer = await loadPeer(subject, transport);

process.on("disconnect", () => process.exit());
process.on("message", ({ ask }: Ask) => reply(ask === "mark" ? markNow(0, 0) : { reply: "done" }));
reply({ reply: "ready", url: await peer.serve(transport) });
