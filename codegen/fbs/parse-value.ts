import { SchemaError } from "../position.js";
import type { Cursor } from "../text/cursor.js";
import { isPlain, textOf } from "./text.js";
import type { AttributeNode, ValueNode } from "./tree.js";

/** How deep calls such as `rad(sin(1))` nest. */
const MAX_DEPTH = 64;

/** Takes a default value, or that of an attribute. */
export function parseValue(cursor: Cursor, depth = 0): ValueNode {
  const token = cursor.peek();
  const { kind, text, at } = token;
  if (kind === "string") return { kind, text: textOf(cursor.take()), at, isPlain: isPlain(token) };
  if (kind === "number") return { kind, text: cursor.take().text, at };
  if (cursor.accept("[") !== undefined) {
    cursor.expect("]");
    return { kind: "empty list", at };
  }
  const sign = text === "+" || text === "-" ? cursor.take().text : "";
  const name = cursor.name("a value");
  const next = cursor.peek();
  // Only a bracket right behind it makes a call: behind a space, it opens attributes.
  // And `-inf` is a number.
  const isCall = next.text === "(" && next.at.line === name.at.line && (sign === "" || name.text !== "inf");
  if (!isCall || next.at.column !== name.at.column + name.text.length) {
    return { kind: "name", text: sign + name.text, at };
  }
  if (depth === MAX_DEPTH) throw new SchemaError(at, `a value nests deeper than ${MAX_DEPTH}`);
  cursor.expect("(");
  const argument = parseValue(cursor, depth + 1);
  cursor.expect(")");
  return { kind: "call", text: sign + name.text, at, argument };
}

/** Takes `(a, b: 1)`, if that stands there. */
export function parseAttributes(cursor: Cursor): AttributeNode[] {
  if (cursor.accept("(") === undefined) return [];
  const attributes = cursor.list(() => parseAttribute(cursor));
  cursor.expect(")");
  return attributes;
}

function parseAttribute(cursor: Cursor): AttributeNode {
  const token = cursor.peek();
  const isText = token.kind === "string";
  const text = isText ? textOf(cursor.take()) : cursor.name("the name of an attribute").text;
  const value = cursor.accept(":") === undefined ? undefined : parseValue(cursor);
  return { name: { text, at: token.at }, value };
}
