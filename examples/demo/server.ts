import { once } from "node:events";
import { listen } from "millrace/node";
import { WebSocketServer } from "ws";
import { Chat, Typing } from "../../schemas/gen/chat.js";
import { Market } from "../../schemas/gen/market.js";
import { chat } from "./chat.js";
import { marketOf } from "./market.js";
import { loadRecords } from "./records.js";

/** A server that is up. */
export interface DemoServer {
  /** Where it listens: TCP, then WebSocket. */
  readonly urls: readonly string[];
  /** How many `Typing` messages have come in. */
  typed(): number;
  close(): Promise<void>;
}

/** Serves the market and the chat over TCP and WebSocket, on free ports. */
export async function startServer(): Promise<DemoServer> {
  let typed = 0;
  const server = await listen({ tcp: "127.0.0.1:0", ws: "127.0.0.1:0" });
  server.serve(Market, marketOf(loadRecords()));
  server.serve(Chat, chat());
  server.on(Typing, () => {
    typed++;
  });
  return { urls: server.urls, typed: () => typed, close: () => server.close() };
}

/** For comparison: sends each record as JSON text over `ws` to whoever connects; returns its URL. */
export async function startJsonServer(): Promise<string> {
  const texts = loadRecords().map((record) => JSON.stringify(record));
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  server.on("connection", (socket) => {
    for (const text of texts) socket.send(text);
    socket.close();
  });
  await once(server, "listening");
  const address = server.address();
  return `ws://127.0.0.1:${typeof address === "object" ? address?.port : address}`;
}
