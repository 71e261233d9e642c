import type { Cursor } from "../text/cursor.js";
import type { Token } from "../text/token.js";
import { parseType } from "./parse-type.js";
import { parseAttributes } from "./parse-value.js";
import type { EnumNode, EnumValueNode, MemberNode, UnionNode } from "./tree.js";

/** Takes an enum, whose base type must be named. */
export function parseEnum(cursor: Cursor): EnumNode {
  const { leading: doc } = cursor.expect("enum");
  const name = cursor.name("the name of an enum");
  if (!cursor.at(":")) cursor.fail("':' and the type of its numbers, as in 'enum Color: ubyte'");
  cursor.expect(":");
  const base = parseType(cursor);
  const attributes = parseAttributes(cursor);
  return { kind: "enum", name, doc, attributes, base, values: parseBody(cursor, () => parseEnumValue(cursor)) };
}

/** Takes a union. */
export function parseUnion(cursor: Cursor): UnionNode {
  const { leading: doc } = cursor.expect("union");
  const name = cursor.name("the name of a union");
  const base = cursor.accept(":") === undefined ? undefined : parseType(cursor);
  const attributes = parseAttributes(cursor);
  return { kind: "union", name, doc, attributes, base, members: parseBody(cursor, () => parseMember(cursor)) };
}

/** Takes items in braces with commas between them, and one behind the last if it is there. */
function parseBody<T>(cursor: Cursor, item: () => T): T[] {
  cursor.expect("{");
  const items: T[] = [];
  while (cursor.accept("}") === undefined) {
    items.push(item());
    if (cursor.accept(",") === undefined && !cursor.at("}")) cursor.fail("',' or '}'");
  }
  return items;
}

function parseEnumValue(cursor: Cursor): EnumValueNode {
  const name = cursor.name("the name of a value");
  const number = parseNumber(cursor);
  return { name, doc: name.leading, number, attributes: parseAttributes(cursor) };
}

function parseMember(cursor: Cursor): MemberNode {
  const { leading: doc } = cursor.peek();
  const word = cursor.dotted("the name of a type", false);
  const type = cursor.accept(":") === undefined ? undefined : parseType(cursor);
  const number = parseNumber(cursor);
  const text = word.text.replaceAll(".", "_");
  return {
    name: { text, at: word.at },
    doc,
    isNamed: type !== undefined,
    type: type ?? { kind: "name", name: word },
    number,
    attributes: parseAttributes(cursor),
  };
}

function parseNumber(cursor: Cursor): Token | undefined {
  if (cursor.accept("=") === undefined) return undefined;
  return cursor.peek().kind === "number" ? cursor.take() : cursor.fail("a number");
}
