import { type Position, SchemaError } from "../model.js";
import type { Statement } from "./scan.js";
import type { Token } from "./tokens.js";

const MAX_FIELD = 2 ** 29 - 1;
const FIRST_OF_PROTOBUF = 19_000;
const LAST_OF_PROTOBUF = 19_999;

/** The number that a field or an enum value is given. */
export function numberOf({ words, name, at }: Statement): { readonly value: number; readonly at: Position } {
  const number = words[words.findIndex((word) => word.text === "=") + 1];
  const value = number === undefined ? Number.NaN : parse(number.text);
  if (!words.some((word) => word.text === "=")) throw new SchemaError(at, `${name} has no number`);
  if (!Number.isInteger(value)) throw new SchemaError(number?.at ?? at, `${number?.text} is not a number for ${name}`);
  return { value, at: number!.at };
}

/** Decimal, hexadecimal or, with a leading 0, octal; NaN for anything else. */
function parse(text: string): number {
  const [, minus, digits] = /^(-?)(0x[0-9a-f]+|[0-9]+)$/i.exec(text) ?? [];
  if (digits === undefined) return Number.NaN;
  const value = /^0[0-9]/.test(digits) ? Number(`0o${digits}`) : Number(digits);
  return minus === "-" ? -value || 0 : value;
}

/** Refuses numbers of fields that are out of range, given twice or reserved. */
export function checkNumbers(fields: readonly Statement[], reserved: Reserved): void {
  const seen = new Map<number, string>();
  for (const field of fields) {
    const { value, at } = numberOf(field);
    if (value < 1 || value > MAX_FIELD) throw new SchemaError(at, `field numbers go from 1 to ${MAX_FIELD}`);
    if (value >= FIRST_OF_PROTOBUF && value <= LAST_OF_PROTOBUF) {
      throw new SchemaError(at, `field numbers ${FIRST_OF_PROTOBUF} to ${LAST_OF_PROTOBUF} belong to Protocol Buffers`);
    }
    const before = seen.get(value);
    if (before !== undefined) throw new SchemaError(at, `field number ${value} is already that of ${before}`);
    seen.set(value, field.name);
    reserved.check(field);
  }
}

interface Reserved {
  /** Refuses a field or value whose number or name is reserved. */
  check(statement: Statement): void;
}

/** What the `reserved` statements of a message or enum name. */
export function reservedIn(body: readonly Statement[], scope: "message" | "enum"): Reserved {
  const names = new Set<string>();
  const ranges: [number, number][] = [];
  for (const { words } of body.filter(({ kind }) => kind === "reserved")) {
    for (const item of split(words.slice(1))) {
      const [first, to, last] = item;
      if (first === undefined) throw new SchemaError(words[0]!.at, "nothing is reserved");
      if (/^["']/.test(first.text)) names.add(first.text.slice(1, -1));
      else ranges.push(range(first, to, last, scope === "enum" ? 0x7fff_ffff : MAX_FIELD));
    }
  }
  return {
    check(statement) {
      const { value, at } = numberOf(statement);
      if (names.has(statement.name)) throw new SchemaError(statement.at, `the name ${statement.name} is reserved`);
      if (ranges.some(([low, high]) => value >= low && value <= high)) {
        throw new SchemaError(at, `the number ${value} is reserved`);
      }
    },
  };
}

function range(first: Token, to: Token | undefined, last: Token | undefined, max: number): [number, number] {
  const low = parse(first.text);
  const high = to === undefined ? low : last?.text === "max" ? max : parse(last?.text ?? "");
  if (Number.isNaN(low) || Number.isNaN(high)) throw new SchemaError(first.at, "this is no range of numbers");
  if (high < low) throw new SchemaError(first.at, `the range ends before it starts`);
  return [low, high];
}

function split(words: readonly Token[]): Token[][] {
  const items: Token[][] = [[]];
  for (const word of words) {
    if (word.text === ",") items.push([]);
    else items.at(-1)!.push(word);
  }
  return items;
}
