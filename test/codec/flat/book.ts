import fc from "fast-check";
import { Directory, Entry, Quote, Series } from "../../../schemas/gen/book.js";

const float64 = fc.double({ noNaN: true });
const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

export const quotes: fc.Arbitrary<Quote> = fc
  .record({
    symbol: text,
    currency: maybe(text),
    time: int64,
    bid: float64,
    ask: float64,
    sequence: uint(32),
    halted: fc.boolean(),
    levels: maybe(fc.array(fc.record({ price: float64, size: float64, orders: uint(32) }))),
  })
  .map((value) => Quote.create(value));

export const series: fc.Arbitrary<Series> = fc
  .record({ name: maybe(text), values: maybe(fc.array(float64).map((values) => Float64Array.from(values))) })
  .map((value) => Series.create(value));

const entries = fc.record({
  name: maybe(text),
  size: uint64,
  modified: int64,
  mode: uint(16),
  hash: maybe(fc.uint8Array({ maxLength: 32 })),
});

export const directories: fc.Arbitrary<Directory> = fc
  .record({ path: maybe(text), entries: maybe(fc.array(entries.map((value) => Entry.create(value)))) })
  .map((value) => Directory.create(value));
