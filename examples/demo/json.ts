import { isDeepStrictEqual } from "node:util";
import { WebSocket } from "ws";
import { check } from "./check.js";
import type { PriceRecord } from "./records.js";

/** Receives the records as JSON text from `url`, compares them, and returns the bytes of their messages. */
export async function receiveJson(url: string, records: readonly PriceRecord[]): Promise<number> {
  const received: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on("message", (text: Buffer) => received.push(text));
    socket.on("close", () => resolve());
    socket.on("error", reject);
  });
  const parsed: unknown = received.map((text) => JSON.parse(text.toString()));
  check(isDeepStrictEqual(parsed, records), "the records did not come as JSON as they were recorded");
  return received.reduce((sum, text) => sum + text.length, 0);
}
