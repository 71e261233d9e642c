import { SchemaError } from "../position.js";
import type { Cursor } from "../text/cursor.js";
import { parseInteger, parseString } from "./literal.js";
import { parseOptionList } from "./parse-option.js";
import type { ExtensionsNode, Int, Range, ReservedNode, Word } from "./tree.js";

/** The largest number of a field. */
export const MAX_FIELD = 2 ** 29 - 1;
/** The largest number of an enum's value. */
export const MAX_VALUE = 2 ** 31 - 1;

/** Takes `reserved 2, 5 to max;`, `reserved "a", "b";` or, in editions, `reserved a, b;`. */
export function parseReserved(cursor: Cursor, max: number): ReservedNode {
  const { at } = cursor.expect("reserved");
  if (cursor.at(";")) throw new SchemaError(at, "nothing is reserved");
  const named = cursor.peek().kind === "string" || cursor.peek().kind === "name";
  const names = named ? cursor.list(() => parseReservedName(cursor)) : [];
  const ranges = named ? [] : cursor.list(() => parseRange(cursor, max));
  cursor.expect(";");
  return { kind: "reserved", ranges, names };
}

function parseReservedName(cursor: Cursor): ReservedNode["names"][number] {
  if (cursor.peek().kind === "name") return { ...wordOf(cursor.take()), quoted: false };
  const { text, at } = parseString(cursor, "a name");
  if (!/^[A-Za-z_]\w*$/.test(text)) throw new SchemaError(at, `${JSON.stringify(text)} cannot be a name`);
  return { text, at, quoted: true };
}

function wordOf({ text, at }: Word): Word {
  return { text, at };
}

/** Takes `extensions 100 to 199, 500 to max [declaration = { … }];`. */
export function parseExtensions(cursor: Cursor): ExtensionsNode {
  const { at } = cursor.expect("extensions");
  const ranges = cursor.list(() => parseRange(cursor, MAX_FIELD));
  const options = parseOptionList(cursor);
  cursor.expect(";");
  return { kind: "extensions", at, ranges, options };
}

function parseRange(cursor: Cursor, max: number): Range {
  const from = parseInteger(cursor, "a range");
  if (cursor.accept("to") === undefined) return { from, to: from };
  const last = cursor.accept("max");
  const to: Int = last === undefined ? parseInteger(cursor, "a range") : { text: "max", at: last.at, value: max };
  if (to.value < from.value) throw new SchemaError(from.at, "the range ends before it starts");
  return { from, to };
}
