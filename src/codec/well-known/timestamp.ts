import { MillraceError } from "../../error.js";
import type { JsonContext, JsonForm } from "../json/context.js";
import { refuse } from "../json/scalar.js";
import { fractionOf, nanosOf, splitMs } from "./nanos.js";

/** A `google.protobuf.Timestamp`. */
export interface TimestampMessage {
  /** Since 1970-01-01 UTC; of the years 1 to 9999. */
  seconds: bigint;
  /** 0 to 999,999,999, counted forward from `seconds`. */
  nanos: number;
}

/** 0001-01-01 and the last second of 9999. */
const MIN_SECONDS = -62_135_596_800n;
const MAX_SECONDS = 253_402_300_799n;

/** The moment of a `Date`. Throws `invalid_argument` for an invalid one, or one outside of the years 1 to 9999. */
export function timestampFromDate(date: Date): TimestampMessage {
  return timestampFromMs(date.getTime());
}

/** A moment as a `Date`, rounded down to its millisecond. Throws `invalid_argument` as `timestampToMs` does. */
export function timestampToDate(timestamp: Partial<TimestampMessage>): Date {
  return new Date(timestampToMs(timestamp));
}

/** The moment so many milliseconds after 1970-01-01 UTC, which may have a fraction. Throws `invalid_argument` outside of the years 1 to 9999. */
export function timestampFromMs(ms: number): TimestampMessage {
  const timestamp = Number.isFinite(ms) ? splitMs(ms, Math.floor(ms / 1000)) : undefined;
  if (timestamp !== undefined && isValid(timestamp)) return timestamp;
  throw new MillraceError("invalid_argument", `${ms} ms after 1970 is not in the years 1 to 9999`);
}

/** Milliseconds since 1970-01-01 UTC, rounded down. Throws `invalid_argument` for what is no valid timestamp. */
export function timestampToMs({ seconds = 0n, nanos = 0 }: Partial<TimestampMessage>): number {
  if (isValid({ seconds, nanos })) return Number(seconds) * 1000 + Math.floor(nanos / 1e6);
  throw new MillraceError("invalid_argument", `${seconds} s and ${nanos} ns are no timestamp of the years 1 to 9999`);
}

function isValid({ seconds, nanos }: TimestampMessage): boolean {
  return (
    typeof seconds === "bigint" &&
    seconds >= MIN_SECONDS &&
    seconds <= MAX_SECONDS &&
    Number.isInteger(nanos) &&
    nanos >= 0 &&
    nanos < 1e9
  );
}

/** RFC 3339: `2024-02-29T12:30:00.5Z`. */
export const timestampJson: JsonForm<TimestampMessage> = {
  isOwn: true,
  write({ seconds = 0n, nanos = 0 }, c) {
    if (!isValid({ seconds, nanos }))
      return c.fail(`${seconds} s and ${nanos} ns are no timestamp of the years 1 to 9999`);
    return new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, `${fractionOf(nanos)}Z`);
  },
  read: (json, c) => (typeof json === "string" ? parse(json, c) : refuse(c, json, TIMESTAMP)),
};

const TIMESTAMP = "a time such as 2024-02-29T12:30:00Z of the years 1 to 9999";
const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

function parse(text: string, c: JsonContext): TimestampMessage {
  const [, local, fraction = "", sign, hours = "0", minutes = "0"] = RFC3339.exec(text) ?? [];
  if (local === undefined) return refuse(c, text, TIMESTAMP);
  const utc = `${local}Z`;
  const date = new Date(utc);
  // What is no date, such as February 30, comes back as another one, or not at all.
  if (Number.isNaN(date.getTime()) || !date.toISOString().startsWith(local)) return refuse(c, text, TIMESTAMP);
  const offset = (Number(hours) * 60 + Number(minutes)) * 60;
  const seconds = date.getTime() / 1000 - (sign === "-" ? -offset : offset);
  const timestamp = { seconds: BigInt(seconds), nanos: nanosOf(fraction) };
  return isValid(timestamp) ? timestamp : refuse(c, text, TIMESTAMP);
}
