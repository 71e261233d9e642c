import { setImmediate as turn } from "node:timers/promises";
import type { WebSocket } from "ws";
import { listen } from "millrace/node";
import { bundle } from "../../examples/support/bundle.js";
import { Pages } from "../../examples/support/pages.js";
import { Market, type MarketHandlers } from "../../schemas/gen/market.js";
import { listenWs } from "../pair/web-socket.js";
import { burst, stopOn } from "../stream/pour.js";
import type { Places } from "./places.js";
import { quotes } from "./quotes.js";

const handlers: MarketHandlers = {
  lastQuote: () => quotes[0],
  async *history(_request, call) {
    for (let i = 0; !call.signal.aborted; i = (i + 1) % quotes.length) yield quotes[i];
  },
  place: () => ({}),
};

/** Sends quotes as JSON text, `together` in a message, until the page says something; waits for the socket as often as it must. */
async function pourJson(socket: WebSocket, together: number): Promise<void> {
  const signal = stopOn(socket, "message");
  let next = 0;
  const text = (): string => {
    const at = next;
    next = (next + together) % quotes.length;
    return JSON.stringify(together === 1 ? quotes[at] : quotes.slice(at, at + together));
  };
  while (!signal.aborted) {
    for (let i = 1; i < burst && socket.bufferedAmount === 0; i++) socket.send(text());
    await new Promise<unknown>((resolve) => socket.send(text(), resolve));
    await turn();
  }
  socket.close();
}

const script = await bundle("bench/browser/page.ts");
const pages = await Pages.serve({ "/index.html": '<script src="/page.js"></script>', "/page.js": script });
const server = await listen({ ws: "127.0.0.1:0", origins: [pages.origin] });
server.serve(Market, handlers);
const places: Places = {
  page: `${pages.origin}/index.html`,
  millrace: server.urls[0],
  json: await listenWs((socket) => void pourJson(socket, 1)),
  arrays: await listenWs((socket) => void pourJson(socket, 50)),
};
process.on("disconnect", () => process.exit());
process.send?.(places);
