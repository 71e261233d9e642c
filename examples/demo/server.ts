import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listen } from "millrace/node";
import { WebSocketServer } from "ws";
import { Chat, Typing } from "../../schemas/gen/chat.js";
import { Market } from "../../schemas/gen/market.js";
import { Prices } from "../../schemas/gen/prices.js";
import { canMakeIdentity, makeIdentity } from "../support/identity.js";
import { chat } from "./chat.js";
import { marketOf } from "./market.js";
import { pricesOf } from "./prices.js";
import { loadRecords } from "./records.js";

/** Where a server is. */
export interface Addresses {
  /** In the order tcp, unix, tls, ws, wss; without openssl, tls and wss are left out. */
  readonly urls: readonly string[];
  /** The certificate that clients of tls and wss must trust, as PEM, and the file that holds it. */
  readonly ca?: { readonly pem: string; readonly file: string };
}

/** A server that is up. */
export interface DemoServer extends Addresses {
  /** How many `Typing` messages have come in. */
  typed(): number;
  /** Closes it and removes its files. */
  close(): Promise<void>;
}

/** Serves the market, in both languages, and the chat over every transport that this machine has, on free ports. */
export async function startServer(): Promise<DemoServer> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-demo-"));
  const address = "127.0.0.1:0";
  const identity = canMakeIdentity ? makeIdentity(folder) : undefined;
  const secure = identity && { address, ...identity };
  const server = await listen({
    tcp: address,
    unix: join(folder, "mill.sock"),
    ws: address,
    ...(secure && { tls: secure, wss: secure }),
  });
  let typed = 0;
  const records = loadRecords();
  server.serve(Market, marketOf(records));
  server.serve(Prices, pricesOf(records));
  server.serve(Chat, chat());
  server.on(Typing, () => {
    typed++;
  });
  return {
    urls: server.urls,
    ...(identity && { ca: { pem: identity.cert, file: join(folder, "mill.crt") } }),
    typed: () => typed,
    async close() {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
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
