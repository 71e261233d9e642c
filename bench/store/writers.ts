import { createRequire } from "node:module";
import { listen } from "millrace/node";
import { LmdbStore } from "millrace/lmdb";
import type * as Lmdb from "lmdb" with { "resolution-mode": "require" };
import { Market, Quote } from "../../schemas/gen/market.js";
import type { Load } from "./suite.js";

/** Writes events to a disk, turn by turn. */
export interface Writer {
  /** Writes what belongs to one turn; resolves when it is kept. */
  turn(): Promise<void>;
  close(): Promise<void>;
}

const quote = {
  symbol: "ACME",
  time: 1_700_000_000_000,
  price: 123.45,
  currency: "USD and some more text up to 100 bytes",
};
const KEY_BYTES = 12;

export async function millraceWriter(folder: string, { keys, eventsPerKey, history }: Load): Promise<Writer> {
  const store = await LmdbStore.open(folder);
  const server = await listen({ tcp: "127.0.0.1:0" });
  const topic = server.topic(Market.quotes, { store, history: { events: history, bytes: Infinity } });
  const symbols = Array.from({ length: keys }, (_, i) => ({ symbol: String(i) }));
  return {
    async turn() {
      const published: Promise<number>[] = [];
      for (const symbol of symbols) for (let i = 0; i < eventsPerKey; i++) published.push(topic.publish(symbol, quote));
      await Promise.all(published);
    },
    async close() {
      await server.close();
      await store.close();
    },
  };
}

/** Bare puts of the same bytes, each under its key and number. */
export function lmdbWriter(folder: string, { keys, eventsPerKey }: Load, isSynced: boolean): Promise<Writer> {
  const { open } = createRequire(import.meta.url)("lmdb") as typeof Lmdb;
  const root = open({ path: folder, noSubdir: false });
  const table = root.openDB<Buffer, Buffer>({ name: "events", encoding: "binary", keyEncoding: "binary" });
  const bytes = Buffer.from(Quote.toBytes(quote));
  let next = 0;
  const writer: Writer = {
    async turn() {
      let last: Promise<boolean> | undefined;
      for (let i = 0; i < eventsPerKey; i++, next++) {
        for (let key = 0; key < keys; key++) last = table.put(keyOf(key, next), bytes);
      }
      await last;
      if (isSynced) await root.flushed;
    },
    close: () => root.close(),
  };
  return Promise.resolve(writer);
}

function keyOf(key: number, offset: number): Buffer {
  const bytes = Buffer.alloc(KEY_BYTES);
  bytes.writeUInt32BE(key);
  bytes.writeUInt32BE(offset, KEY_BYTES - 4);
  return bytes;
}
