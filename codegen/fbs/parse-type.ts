import { SchemaError } from "../position.js";
import type { Cursor } from "../text/cursor.js";
import { readInteger } from "./number.js";
import type { TypeNode } from "./tree.js";

/** What an array holds at most: its length is kept in 16 bits. */
const MAX_LENGTH = 0xffffn;

/** Takes the type of a field: a name, a list or an array. */
export function parseType(cursor: Cursor): TypeNode {
  if (!cursor.at("[")) return { kind: "name", name: cursor.dotted("a type", false) };
  const { at } = cursor.take();
  if (cursor.at("[")) {
    throw new SchemaError(cursor.peek().at, "a list cannot hold lists: put the inner one into a table");
  }
  const item = cursor.dotted("the type of items", false);
  if (cursor.accept(":") === undefined) {
    cursor.expect("]");
    return { kind: "list", item, at };
  }
  const token = cursor.peek();
  const length = token.kind === "number" ? readInteger(cursor.take().text) : undefined;
  if (length === undefined || length < 1n || length > MAX_LENGTH) {
    throw new SchemaError(token.at, `the length of an array goes from 1 to ${MAX_LENGTH}`);
  }
  cursor.expect("]");
  return { kind: "array", item, at, length: Number(length) };
}
