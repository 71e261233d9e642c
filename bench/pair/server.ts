import type { Peer, Shape } from "./load.js";
import { markNow, reply, type Ask } from "./messages.js";
import { makeSite } from "./site.js";

const [module, shapeText] = process.argv.slice(2);
const { transport }: Shape = JSON.parse(shapeText);
const { peer } = (await import(module)) as { readonly peer: Peer };
const { site, remove } = makeSite(transport);
process.on("exit", remove);
const serving = await peer.serve(site);

process.on("disconnect", () => process.exit());
process.on("message", ({ ask }: Ask) => {
  reply(ask === "mark" ? markNow(0, 0, serving.measured?.() ?? []) : { reply: "done" });
});
reply({ reply: "ready", place: { url: serving.url, ...(site.identity && { ca: site.identity.cert }) } });
