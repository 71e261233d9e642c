import { MillraceError } from "../../error.js";
import { show } from "../invalid.js";

/** Refuses a value that `field` cannot hold; `expected` says what it can. */
export function badField(field: string, value: unknown, expected: string): never {
  throw new MillraceError("invalid_argument", `${field}: ${show(value)} is not ${expected}`);
}

/** Refuses malformed bytes, naming the field that was looked at. */
export function badBuffer(field: string, problem: string): never {
  throw new MillraceError("invalid_argument", `${field}: ${problem}`);
}

/** `value`, if there is one. */
export function present<T>(value: T | undefined, field: string): T {
  return value ?? badField(field, value, "what a required field may be: set it");
}
