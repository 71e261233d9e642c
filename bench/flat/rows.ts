import { seededRandom } from "../random.js";
import { Directory, Entry, type Level, Quote, Series } from "../../schemas/gen/book.js";
import { sums } from "./sums.js";

/** What is measured: many values of one table, all different, so that no branch is learnt by heart. */
export type Row = QuoteRow | DirectoryRow | SeriesRow;

interface RowOf<Kind extends string, T> {
  readonly kind: Kind;
  readonly name: string;
  readonly values: readonly T[];
  readonly count: number;
  readonly sums: readonly number[];
  readonly ones: readonly number[];
}

export type QuoteRow = RowOf<"quote", Quote>;
export type DirectoryRow = RowOf<"directory", Directory>;
export type SeriesRow = RowOf<"series", Series>;

const COUNT = 64;
const random = seededRandom(6);
const below = (limit: number): number => Math.floor(random() * limit);

/** All that the bench encodes: the same values in every run. */
export const rows: readonly Row[] = [
  quoteRow("quote", 0),
  quoteRow("quote with 5 levels", 5),
  quoteRow("quote with 50 levels", 50),
  directoryRow("directory of 20 tables", 20),
  seriesRow("100 numbers", 100),
  seriesRow("10,000 numbers", 10_000),
];

function quoteRow(name: string, levels: number): QuoteRow {
  const values = list(COUNT, () =>
    Quote.create({
      symbol: `SYM${below(10_000)}`,
      currency: ["EUR", "USD", "JPY"][below(3)],
      time: 1_700_000_000_000n + BigInt(below(1e9)),
      bid: below(1e6) / 64,
      ask: below(1e6) / 64,
      sequence: 1 + below(1e9),
      halted: below(2) === 0,
      levels: list(levels, level),
    }),
  );
  return {
    kind: "quote",
    name,
    values,
    count: COUNT,
    sums: values.map(sums.quote),
    ones: values.map(({ bid }) => bid),
  };
}

function level(): Level {
  return { price: below(1e6) / 64, size: below(1e5) / 8, orders: below(100) };
}

function directoryRow(name: string, entries: number): DirectoryRow {
  const values = list(COUNT, () =>
    Directory.create({ path: `/var/data/${below(1e6)}`, entries: list(entries, entry) }),
  );
  const ones = values.map((value) => value.entries?.at(-1)?.mode ?? 0);
  return { kind: "directory", name, values, count: COUNT, sums: values.map(sums.directory), ones };
}

function entry(): Entry {
  return Entry.create({
    name: `file-${below(1e6)}.txt`,
    size: BigInt(below(1e9)),
    modified: 1_700_000_000_000n + BigInt(below(1e9)),
    mode: 1 + below(511),
    hash: Uint8Array.from(list(16, () => below(256))),
  });
}

function seriesRow(name: string, length: number): SeriesRow {
  const values = list(COUNT / 4, () =>
    Series.create({ name: `series ${below(100)}`, values: Float64Array.from(list(length, () => below(1e6) / 64)) }),
  );
  const ones = values.map((value) => value.values?.[length - 1] ?? 0);
  return { kind: "series", name, values, count: values.length, sums: values.map(sums.series), ones };
}

function list<T>(length: number, make: () => T): T[] {
  return Array.from({ length }, make);
}
