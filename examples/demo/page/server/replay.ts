import type { PriceRecord } from "../../records.js";

/** Into how many steps the time between two recorded prices is cut. */
const steps = 300;

/**
 * The recorded prices as a market in motion, oldest first: from the first month on in which all companies have a price,
 * and between two records on a straight line, in whole cents.
 */
export function replay(records: readonly PriceRecord[]): PriceRecord[] {
  const companies = new Map<string, PriceRecord[]>();
  for (const record of records) companies.set(record.symbol, [...(companies.get(record.symbol) ?? []), record]);
  const tapes = [...companies.values()];
  const start = Math.max(...tapes.map(([first]) => first.time));
  const common = tapes.map((tape) => tape.filter(({ time }) => time >= start));
  const months = Math.min(...common.map((tape) => tape.length));
  const quotes: PriceRecord[] = [];
  for (let month = 0; month < months - 1; month++) {
    for (let step = 0; step < steps; step++) {
      for (const tape of common) quotes.push(between(tape[month], tape[month + 1], step / steps));
    }
  }
  return quotes;
}

function between(from: PriceRecord, to: PriceRecord, share: number): PriceRecord {
  return {
    ...from,
    time: Math.round(from.time + (to.time - from.time) * share),
    price: Math.round(100 * (from.price + (to.price - from.price) * share)) / 100,
  };
}
