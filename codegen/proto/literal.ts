import type { NumberValue, StringValue } from "../option.js";
import { SchemaError } from "../position.js";
import type { Cursor } from "../text/cursor.js";
import type { Token } from "../text/token.js";
import type { Int } from "./tree.js";

const NUMBER =
  /^(?:(?<integer>0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)$/;

/** What is longer than this is no number that anybody means, and slow to make one of. */
const MAX_DIGITS = 1000;

/** What a letter behind a backslash stands for. */
const ESCAPES = new Map(
  Object.entries({ a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, "\\": 92, "'": 39, '"': 34, "?": 63 }),
);

const ESCAPE =
  /\\(?:[xX]([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{4}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?)|U([0-9a-fA-F]{8})|(.?))/gsu;

/** Takes a number of any kind, with or without a minus. */
export function parseNumber(cursor: Cursor, expected: string): NumberValue {
  const { at } = cursor.peek();
  const minus = cursor.accept("-") !== undefined;
  if (cursor.peek().kind !== "number") cursor.fail(expected);
  const token = cursor.take();
  const { integer, value } = valueOf(token);
  const sign = minus ? "-" : "";
  return {
    kind: "number",
    text: sign + token.text,
    value: minus ? -value : value,
    integer: minus && integer !== undefined ? -integer : integer,
    at,
  };
}

function valueOf({ text, at }: Token): { readonly integer: bigint | undefined; readonly value: number } {
  const found = text.length > MAX_DIGITS ? null : NUMBER.exec(text);
  // What starts with a 0 and another digit is octal or a mistake.
  if (found === null || (/^0[0-9]/.test(text) && !/^0[0-7]+$/.test(text))) {
    throw new SchemaError(at, `${text.slice(0, MAX_DIGITS)} is not a number`);
  }
  if (found.groups?.["integer"] === undefined) return { integer: undefined, value: Number(text) };
  const integer = BigInt(/^0[0-7]/.test(text) ? `0o${text}` : text);
  return { integer, value: Number(integer) };
}

/** Takes the number of what `name` declares; others than integers are refused. */
export function parseInteger(cursor: Cursor, name: string): Int {
  const { text, at, kind } = cursor.peek();
  if (kind !== "number" && text !== "-") throw new SchemaError(at, `${text} is not a number for ${name}`);
  const number = parseNumber(cursor, "a number");
  if (number.integer === undefined) throw new SchemaError(at, `${number.text} is not a number for ${name}`);
  return { text: number.text, at, value: number.value === 0 ? 0 : number.value };
}

/** Takes one or more strings, which are one if they follow one another. */
export function parseString(cursor: Cursor, expected: string): StringValue {
  const { at, kind } = cursor.peek();
  if (kind !== "string") cursor.fail(expected);
  const parts: Uint8Array[] = [];
  while (cursor.peek().kind === "string") parts.push(unescape(cursor.take()));
  const bytes = concat(parts);
  return { kind: "string", text: new TextDecoder().decode(bytes), bytes, at };
}

function unescape({ text, at }: Token): Uint8Array {
  const inner = text.slice(1, -1);
  const encoder = new TextEncoder();
  if (!inner.includes("\\")) return encoder.encode(inner);
  // No escape sequence stands for more bytes than it is written with.
  const bytes = new Uint8Array(encoder.encode(inner).length);
  let size = 0;
  let end = 0;
  const add = (part: Uint8Array): void => {
    bytes.set(part, size);
    size += part.length;
  };
  for (const match of inner.matchAll(ESCAPE)) {
    if (match.index > end) add(encoder.encode(inner.slice(end, match.index)));
    const meant = escaped(match);
    if (meant === undefined) throw new SchemaError(at, `${match[0]} is not an escape sequence`);
    add(meant);
    end = match.index + match[0].length;
  }
  add(encoder.encode(inner.slice(end)));
  return bytes.slice(0, size);
}

function escaped([, hex, octal, short, long, letter]: readonly (string | undefined)[]): Uint8Array | undefined {
  const byte = hex !== undefined ? Number(`0x${hex}`) : octal !== undefined ? Number(`0o${octal}`) : undefined;
  if (byte !== undefined) return byte > 0xff ? undefined : Uint8Array.of(byte);
  if (letter !== undefined) {
    const plain = ESCAPES.get(letter);
    return plain === undefined ? undefined : Uint8Array.of(plain);
  }
  // A character beyond U+FFFF may be written as the two halves that UTF-16 makes of it.
  const units = (short ?? "").split("\\u").map((digits) => Number(`0x${digits}`));
  const code = Number(`0x${long ?? "0"}`);
  if (code > 0x10ffff) return undefined;
  return new TextEncoder().encode(long === undefined ? String.fromCharCode(...units) : String.fromCodePoint(code));
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}
