import type { ListValue, MessageValue, Option, OptionPart, Value } from "../option.js";
import { SchemaError } from "../position.js";
import type { Cursor } from "../text/cursor.js";
import { parseNumber, parseString } from "./literal.js";

/** How deep the value of an option may nest: as deep as with protoc. */
const MAX_DEPTH = 99;

const NONE: readonly Option[] = [];

/** Takes `option name = value;`. */
export function parseOptionStatement(cursor: Cursor): Option {
  cursor.expect("option");
  const option = parseOption(cursor);
  cursor.expect(";");
  return option;
}

/** Takes `[name = value, …]`, if it is there. */
export function parseOptionList(cursor: Cursor): readonly Option[] {
  if (cursor.accept("[") === undefined) return NONE;
  const options = cursor.list(() => parseOption(cursor));
  cursor.expect("]");
  return options;
}

function parseOption(cursor: Cursor): Option {
  const path = [parsePart(cursor)];
  while (cursor.accept(".") !== undefined) path.push(parsePart(cursor));
  cursor.expect("=");
  return { path, value: parseOptionValue(cursor) };
}

function parsePart(cursor: Cursor): OptionPart {
  const open = cursor.accept("(");
  if (open === undefined) {
    const { text, at } = cursor.name("the name of an option");
    return { name: text, custom: false, at };
  }
  const { text, at } = cursor.dotted("the name of an extension", true);
  cursor.expect(")");
  return { name: text, custom: true, at };
}

/** Takes what an option is set to. */
export function parseOptionValue(cursor: Cursor): Value {
  const { kind, text, at } = cursor.peek();
  if (text === "{") return parseMessage(cursor, "}", 0);
  if (kind === "string") return parseString(cursor, "a string");
  if (kind === "name") return { kind: "name", text: cursor.take().text, at };
  return parseNumberOrName(cursor);
}

/** A number, or `-inf` and `-nan`. */
function parseNumberOrName(cursor: Cursor): Value {
  const { text, at } = cursor.peek();
  const name = cursor.peek(1);
  if (text !== "-" || name.kind !== "name") return parseNumber(cursor, "a value");
  cursor.take();
  if (!/^(inf|infinity|nan)$/i.test(name.text)) cursor.fail("a number");
  return { kind: "name", text: `-${cursor.take().text}`, at };
}

/** Takes a message in the text format, between `{` or `<` and what closes it. */
function parseMessage(cursor: Cursor, close: "}" | ">", depth: number): MessageValue {
  const { at } = cursor.take();
  if (depth > MAX_DEPTH) throw new SchemaError(at, `the value of an option nests deeper than ${MAX_DEPTH}`);
  const fields: { name: OptionPart; value: Value }[] = [];
  while (!cursor.closes(close)) {
    const name = parseFieldName(cursor);
    const colon = cursor.accept(":") !== undefined;
    if (!colon && !cursor.at("{", "<", "[")) cursor.fail("':'");
    fields.push({ name, value: parseFieldValue(cursor, depth) });
    if (cursor.accept(",") === undefined) cursor.accept(";");
  }
  return { kind: "message", fields, at };
}

/** A field, or in brackets an extension or the URL of a type. */
function parseFieldName(cursor: Cursor): OptionPart {
  if (cursor.accept("[") === undefined) {
    const { text, at } = cursor.name("the name of a field");
    return { name: text, custom: false, at };
  }
  const { text, at } = cursor.dotted("the name of an extension", false);
  const type = cursor.accept("/") === undefined ? "" : `/${cursor.dotted("the name of a message", false).text}`;
  cursor.expect("]");
  return { name: text + type, custom: true, at };
}

function parseFieldValue(cursor: Cursor, depth: number): Value {
  if (cursor.at("{")) return parseMessage(cursor, "}", depth + 1);
  if (cursor.at("<")) return parseMessage(cursor, ">", depth + 1);
  if (cursor.at("[")) return parseList(cursor, depth);
  return parseOptionValue(cursor);
}

function parseList(cursor: Cursor, depth: number): ListValue {
  const { at } = cursor.expect("[");
  const item = (): Value => (cursor.at("[") ? cursor.fail("a value") : parseFieldValue(cursor, depth));
  const values = cursor.at("]") ? [] : cursor.list(item);
  cursor.expect("]");
  return { kind: "list", values, at };
}
