import { Echo } from "../../schemas/gen/echo.js";
import { Market } from "../../schemas/gen/market.js";
import { createRuntime, listen } from "../../src/node/index.js";
import { Blocking, collected, openFiles } from "./gauges.js";
import { handlers } from "./echo.js";
import type { Gauges } from "./watched.js";

// A server in a process of its own, which says how it is when it is asked.
const MOST_ITEMS = 1000;

const runtime = createRuntime({ report: () => {} });
const server = await listen({ tcp: "127.0.0.1:0", ws: "127.0.0.1:0", runtime });
const quotes = server.topic(Market.quotes);
server.serve(Echo, {
  ...handlers,
  unary(request) {
    if (quotes.subscribers > 0) void quotes.publish({ symbol: "A" }, { price: request.id });
    return request;
  },
  produce: ({ count }) => Array.from({ length: Math.min(count, MOST_ITEMS) }, (_, id) => ({ id })),
});
const blocking = new Blocking();

async function gauges(): Promise<Gauges> {
  const blockedMs = blocking.mostMs;
  const { heapUsed, rss } = await collected();
  blocking.reset();
  const { slabs } = runtime;
  return {
    blockedMs,
    heapBytes: heapUsed,
    rssBytes: rss,
    files: openFiles(),
    slabs: slabs.leased,
    links: server.links.size + server.handshaking.size,
  };
}

process.on("message", () => void gauges().then((found) => process.send!(found)));
process.on("disconnect", () => process.exit());
process.send!(server.urls);
