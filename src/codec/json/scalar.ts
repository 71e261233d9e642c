import { isZero } from "../fixed.js";
import { show } from "../invalid.js";
import { fromBase64, toBase64 } from "./base64.js";
import type { JsonContext } from "./context.js";
import type { JsonScalar, JsonScalars } from "./field.js";
import { integerOf, isNumberText, shortestFloat } from "./number.js";
import type { JsonValue } from "./value.js";

/** How values of one type look in JSON. */
interface Scalar<T> {
  /** What a value is when nothing was sent. */
  readonly empty: T;
  isEmpty(value: unknown): boolean;
  write(value: unknown, c: JsonContext): JsonValue;
  read(json: JsonValue, c: JsonContext): T;
}

const SAFE = /* @__PURE__ */ BigInt(Number.MAX_SAFE_INTEGER);

/** The one way in which each type is written, and all in which it is read. */
export const SCALARS: { readonly [K in JsonScalar]: Scalar<JsonScalars[K]> } = {
  double: /* @__PURE__ */ floating(
    "a number",
    (value) => value,
    (value) => value,
  ),
  float: /* @__PURE__ */ floating("a 32-bit float", Math.fround, shortestFloat),
  int32: /* @__PURE__ */ integer("a 32-bit integer", -0x8000_0000n, 0x7fff_ffffn, Number, Number),
  uint32: /* @__PURE__ */ integer("a 32-bit unsigned integer", 0n, 0xffff_ffffn, Number, Number),
  int64: /* @__PURE__ */ integer("a 64-bit integer", -(1n << 63n), (1n << 63n) - 1n, same, String),
  uint64: /* @__PURE__ */ integer("a 64-bit unsigned integer", 0n, (1n << 64n) - 1n, same, String),
  int64Number: /* @__PURE__ */ integer("a safe integer", -SAFE, SAFE, Number, String),
  uint64Number: /* @__PURE__ */ integer("a safe integer that is not negative", 0n, SAFE, Number, String),
  bool: {
    empty: false,
    isEmpty: (value) => value === false,
    write: (value, c) => (typeof value === "boolean" ? value : refuse(c, value, "a boolean")),
    read: (json, c) => (typeof json === "boolean" ? json : refuse(c, json, "a boolean")),
  },
  string: {
    empty: "",
    isEmpty: (value) => value === "",
    write: text,
    read: text,
  },
  bytes: {
    empty: /* @__PURE__ */ new Uint8Array(0),
    isEmpty: (value) => value instanceof Uint8Array && value.length === 0,
    write: (value, c) => (value instanceof Uint8Array ? toBase64(value) : refuse(c, value, "a Uint8Array")),
    read: (json, c) => (typeof json === "string" && fromBase64(json)) || refuse(c, json, "bytes in base64"),
  },
};

/** A key of a map as JSON can only write it: as text. */
export function writeKey(type: JsonScalar, key: unknown, c: JsonContext): string {
  SCALARS[type].write(key, c);
  return String(key);
}

/** Reads a key of a map. */
export function readKey(type: JsonScalar, key: string, c: JsonContext): unknown {
  return SCALARS[type].read(type === "bool" && (key === "true" || key === "false") ? key === "true" : key, c);
}

/** Refuses a value that is not what it must be. */
export function refuse(c: JsonContext, value: unknown, expected: string): never {
  return c.fail(`${show(value)} is not ${expected}`);
}

function same(value: bigint): bigint {
  return value;
}

function text(value: unknown, c: JsonContext): string {
  if (typeof value !== "string") return refuse(c, value, "a string");
  // A surrogate that is half of nothing, which no UTF-8 can hold.
  return /\p{Surrogate}/u.test(value) ? c.fail("the string is not valid Unicode") : value;
}

function integer<T extends number | bigint>(
  expected: string,
  min: bigint,
  max: bigint,
  hold: (value: bigint) => T,
  spell: (value: T) => JsonValue,
): Scalar<T> {
  const check = (value: bigint | undefined, given: unknown, c: JsonContext): T =>
    value !== undefined && value >= min && value <= max ? hold(value) : refuse(c, given, expected);
  return {
    empty: hold(0n),
    isEmpty: (value) => value === 0 || value === 0n,
    write(value, c) {
      if (typeof value !== typeof hold(0n)) return refuse(c, value, expected);
      return spell(check(wholeOf(value), value, c));
    },
    read: (json, c) => check(typeof json === "string" ? integerOf(json) : wholeOf(json), json, c),
  };
}

/** A number without a fraction, whatever type it has. */
function wholeOf(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : undefined;
}

const SPECIAL: ReadonlyMap<JsonValue, number> = /* @__PURE__ */ new Map([
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

function floating(
  expected: string,
  round: (value: number) => number,
  shorten: (value: number) => number,
): Scalar<number> {
  return {
    empty: 0,
    isEmpty: (value) => typeof value === "number" && isZero(value),
    write(value, c) {
      if (typeof value !== "number") return refuse(c, value, expected);
      const rounded = round(value);
      if (Number.isFinite(rounded) && !Object.is(rounded, -0)) return shorten(rounded);
      // `JSON.stringify` would write -0 as 0; numbers may be quoted, and then it stays what it is.
      return Object.is(rounded, -0) ? "-0" : String(rounded);
    },
    read(json, c) {
      const special = SPECIAL.get(json);
      if (special !== undefined) return special;
      const value = round(typeof json === "string" && isNumberText(json) ? Number(json) : toNumber(json));
      return Number.isFinite(value) ? value : refuse(c, json, expected);
    },
  };
}

function toNumber(json: JsonValue): number {
  return typeof json === "number" ? json : Number.NaN;
}
