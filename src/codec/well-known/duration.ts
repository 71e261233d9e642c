import { MillraceError } from "../../error.js";
import type { JsonForm } from "../json/context.js";
import { refuse } from "../json/scalar.js";
import { fractionOf, nanosOf, splitMs } from "./nanos.js";

/** A `google.protobuf.Duration`. */
export interface DurationMessage {
  /** At most 315,576,000,000, some 10,000 years, either way. */
  seconds: bigint;
  /** Less than a second, with the sign of `seconds`. */
  nanos: number;
}

const MAX_SECONDS = 315_576_000_000n;

/** So many milliseconds, which may have a fraction. Throws `invalid_argument` above 10,000 years. */
export function durationFromMs(ms: number): DurationMessage {
  const duration = Number.isFinite(ms) ? splitMs(ms, Math.trunc(ms / 1000)) : undefined;
  if (duration !== undefined && isValid(duration)) return duration;
  throw new MillraceError("invalid_argument", `${ms} ms are not within 10,000 years`);
}

/** A duration in milliseconds, with what is left of one as its fraction. Throws `invalid_argument` for what is no valid duration. */
export function durationToMs({ seconds = 0n, nanos = 0 }: Partial<DurationMessage>): number {
  if (isValid({ seconds, nanos })) return Number(seconds) * 1000 + nanos / 1e6;
  throw new MillraceError("invalid_argument", invalid(seconds, nanos));
}

function isValid({ seconds, nanos }: DurationMessage): boolean {
  if (typeof seconds !== "bigint" || seconds < -MAX_SECONDS || seconds > MAX_SECONDS) return false;
  if (!Number.isInteger(nanos) || Math.abs(nanos) >= 1e9) return false;
  return seconds === 0n || nanos === 0 || seconds > 0n === nanos > 0;
}

function invalid(seconds: bigint, nanos: number): string {
  return `${seconds} s and ${nanos} ns are no duration: both need one sign, and at most 10,000 years`;
}

const DURATION = 'a duration such as "1.5s", of at most 10,000 years';

/** Seconds with an `s` behind them: `1.500s`. */
export const durationJson: JsonForm<DurationMessage> = {
  isOwn: true,
  write({ seconds = 0n, nanos = 0 }, c) {
    if (!isValid({ seconds, nanos })) return c.fail(invalid(seconds, nanos));
    const sign = seconds < 0n || nanos < 0 ? "-" : "";
    return `${sign}${String(seconds).replace("-", "")}${fractionOf(Math.abs(nanos))}s`;
  },
  read(json, c) {
    const match = typeof json === "string" ? /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(json) : null;
    if (match === null) return refuse(c, json, DURATION);
    const [, sign, whole, fraction = ""] = match;
    const [seconds, nanos] = [BigInt(whole), nanosOf(fraction)];
    const duration = sign === "-" ? { seconds: -seconds, nanos: nanos === 0 ? 0 : -nanos } : { seconds, nanos };
    return isValid(duration) ? duration : refuse(c, json, DURATION);
  },
};
