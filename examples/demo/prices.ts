import type { PricesHandlers } from "../../schemas/gen/prices.js";
import type { PriceRecord } from "./records.js";
import { Tape } from "./tape.js";

/** The recorded prices as FlatBuffers, whose 64-bit numbers are `bigint`; else the handlers are those of the other language. */
export function pricesOf(records: readonly PriceRecord[]): PricesHandlers {
  const tape = new Tape(records.map((record) => ({ ...record, time: BigInt(record.time) })));
  return {
    last: async ({ symbol }) => tape.newest(symbol),
    history: ({ symbol, limit }) => tape.history(symbol ?? "", limit),
  };
}
