import type { Reader } from "../bytes/reader.js";
import { MillraceError } from "../error.js";

/** Refuses a value that its field cannot hold; `expected` says what it can. */
export function badValue(tag: number, value: unknown, expected: string): never {
  throw new MillraceError("invalid_argument", `field ${tag >>> 3}: ${show(value)} is not ${expected}`);
}

/** Refuses malformed bytes, naming the field that was being read. */
export function badBytes(r: Reader, problem: string): never {
  throw new MillraceError("invalid_argument", `field ${r.tag >>> 3}: ${problem}`);
}

/** What was thrown while encoding or decoding the message `name`, as an error that names it. */
export function inMessage(name: string, error: unknown): MillraceError {
  const { code, text } = MillraceError.from(error, "invalid_argument");
  return new MillraceError(code, `${name}: ${text}`, { cause: error });
}

/** A value in an error, on one line. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
