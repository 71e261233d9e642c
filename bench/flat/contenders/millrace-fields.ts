import { type Reader, unverified } from "millrace/codec";
import { Directory, Quote, Series } from "../../../schemas/gen/book.js";
import { sumOfDirectory, sumOfQuote, sumOfSeries } from "./millrace-sums.js";

// What a program does with a message that it received, written out for each table as for the official package.

const trustedQuote = unverified(Quote);
const trustedDirectory = unverified(Directory);
const trustedSeries = unverified(Series);

/** What is read of messages that were verified before. */
export const trusted = {
  quote: { sum: (r: Reader) => sumOfQuote(trustedQuote.decode(r)), one: (r: Reader) => trustedQuote.decode(r).bid },
  directory: {
    sum: (r: Reader) => sumOfDirectory(trustedDirectory.decode(r)),
    one: (r: Reader) => modeOfLast(trustedDirectory.decode(r)),
  },
  series: {
    sum: (r: Reader) => sumOfSeries(trustedSeries.decode(r)),
    one: (r: Reader) => lastOf(trustedSeries.decode(r)),
  },
} as const;

/** The same, each message verified first. */
export const verified = {
  quote: { sum: (r: Reader) => sumOfQuote(Quote.decode(r)), one: (r: Reader) => Quote.decode(r).bid },
  directory: {
    sum: (r: Reader) => sumOfDirectory(Directory.decode(r)),
    one: (r: Reader) => modeOfLast(Directory.decode(r)),
  },
  series: { sum: (r: Reader) => sumOfSeries(Series.decode(r)), one: (r: Reader) => lastOf(Series.decode(r)) },
} as const;

function modeOfLast({ entries }: Directory): number {
  return entries?.at(-1)?.mode ?? 0;
}

function lastOf({ values }: Series): number {
  return values?.[values.length - 1] ?? 0;
}
