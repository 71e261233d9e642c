import type { MarketHandlers } from "../../schemas/gen/market.js";
import type { PriceRecord } from "./records.js";
import { Tape } from "./tape.js";

/** A market that knows the recorded prices, and fills each order at the newest of them. */
export function marketOf(records: readonly PriceRecord[]): MarketHandlers {
  const tape = new Tape(records);
  let orders = 0n;
  return {
    lastQuote: async ({ symbol }) => tape.newest(symbol),
    history: ({ symbol, limit }) => tape.history(symbol, limit),
    async place({ symbol, quantity, clientId }) {
      const { price } = tape.newest(symbol);
      orders += 1n;
      return { orderId: orders, clientId, fill: { price, quantity } };
    },
  };
}
