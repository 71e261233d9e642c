import type { Quote } from "../../schemas/gen/market.js";

const symbols = ["MSFT", "AMZN", "IBM", "GOOG", "AAPL"];
const start = Date.UTC(2024, 0, 2);

/** The quotes that are streamed, over and over: the same in every process. */
export const quotes: readonly Quote[] = Array.from({ length: 1_000 }, (_, i) => ({
  symbol: `XNAS:${symbols[i % symbols.length]}.${i % 7}`,
  time: start + i * 1_000,
  price: 20 + ((i * 7919) % 50_000) / 100,
  currency: "United States dollar".slice(0, 3 + (i % 18)),
}));
