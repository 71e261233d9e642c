import { MillraceError } from "millrace";
import type { MarketHandlers } from "../../schemas/gen/market.js";
import type { PriceRecord } from "./records.js";

/** A market that knows the recorded prices, and fills each order at the newest of them. */
export function marketOf(records: readonly PriceRecord[]): MarketHandlers {
  const newest = new Map(records.map((record) => [record.symbol, record]));
  const newestOf = (symbol: string): PriceRecord => {
    const record = newest.get(symbol);
    if (record === undefined) throw new MillraceError("not_found", `no price of "${symbol}" is recorded`);
    return record;
  };
  let orders = 0n;
  return {
    async lastQuote({ symbol }) {
      return newestOf(symbol);
    },
    async *history({ symbol, limit }) {
      const wanted = symbol === "" ? records : records.filter((record) => record.symbol === symbol);
      yield* limit === 0 ? wanted : wanted.slice(-limit);
    },
    async place({ symbol, quantity, clientId }) {
      const { price } = newestOf(symbol);
      orders += 1n;
      return { orderId: orders, clientId, fill: { price, quantity } };
    },
  };
}
