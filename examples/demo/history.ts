import { isDeepStrictEqual } from "node:util";
import type { Link } from "millrace";
import { Market } from "../../schemas/gen/market.js";
import { Price, Prices } from "../../schemas/gen/prices.js";
import { check } from "./check.js";
import type { PriceRecord } from "./records.js";

/** How all prices came as a stream. */
export interface Streamed {
  /** On the wire, for all records once. */
  readonly bytes: number;
  /** Prices a second, when they are streamed again and again. */
  readonly perSecond: number;
}

const warmUpMs = 50;
const measureMs = 150;

/** Streams every price as a message of Protocol Buffers. */
export function streamQuotes(link: Link, records: readonly PriceRecord[]): Promise<Streamed> {
  const market = link.client(Market);
  return stream(
    link,
    records,
    () => market.history({}),
    (quote) => ({ ...quote }),
  );
}

/** Streams every price as a FlatBuffer, which is verified when it comes and then read where it lies. */
export function streamPrices(link: Link, records: readonly PriceRecord[]): Promise<Streamed> {
  const prices = link.client(Prices);
  return stream(
    link,
    records,
    () => prices.history({}),
    (price) => ({
      ...Price.toObject(price),
      time: Number(price.time),
    }),
  );
}

/** Compares each price with its record once, and then only adds them up for a while. */
async function stream<T extends { readonly price: number }>(
  link: Link,
  records: readonly PriceRecord[],
  history: () => AsyncIterable<T>,
  plain: (item: T) => object,
): Promise<Streamed> {
  const before = link.stats.bytesIn;
  let i = 0;
  for await (const item of history()) {
    check(i < records.length, `more than the ${records.length} recorded prices came`);
    check(isDeepStrictEqual(plain(item), { ...records[i] }), `price ${i + 1} is not the one that was recorded`);
    i++;
  }
  check(i === records.length, `${i} of ${records.length} recorded prices came`);
  const bytes = link.stats.bytesIn - before;
  await sumFor(warmUpMs, records, history);
  return { bytes, perSecond: await sumFor(measureMs, records, history) };
}

/** Adds all prices up, again and again for `ms` milliseconds, and returns how many came a second. */
async function sumFor(
  ms: number,
  records: readonly PriceRecord[],
  history: () => AsyncIterable<{ readonly price: number }>,
): Promise<number> {
  const wanted = records.reduce((sum, { price }) => sum + price, 0);
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < ms) {
    let sum = 0;
    for await (const { price } of history()) {
      sum += price;
      count++;
    }
    check(sum === wanted, "the prices do not add up to those that were recorded");
  }
  return (1000 * count) / (performance.now() - start);
}
