import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../support/package-root.js";

/** One recorded price: a line of stocks.csv. */
export interface PriceRecord {
  readonly symbol: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number;
  readonly price: number;
  readonly currency: string;
}

/** All records of stocks.csv in their order; throws on a line that is none. */
export function loadRecords(): PriceRecord[] {
  const text = readFileSync(join(packageRoot, "examples", "demo", "stocks.csv"), "utf8");
  const [, ...lines] = text.trimEnd().split(/\r?\n/);
  return lines.map((line, i) => parseLine(line, i + 2));
}

function parseLine(line: string, number: number): PriceRecord {
  const [symbol, date, price] = line.split(",");
  const record = { symbol, time: Date.parse(`${date} UTC`), price: Number(price), currency: "USD" };
  if (symbol === "" || Number.isNaN(record.time) || Number.isNaN(record.price)) {
    throw new Error(`stocks.csv, line ${number}: "${line}" is not symbol,date,price`);
  }
  return record;
}
