import type { Cursor } from "../text/cursor.js";
import { parseInteger } from "./literal.js";
import { docOf } from "./doc.js";
import { parseOptionList } from "./parse-option.js";
import type { FieldNode, Word } from "./tree.js";
import type { Token } from "../text/token.js";
import { SchemaError } from "../position.js";

/** Takes the message of a group, from its brace on, and puts it where the group's type is looked up. */
export type GroupParser = (name: Token) => void;

/** Takes a field: of a message, a oneof or an extension. */
export function parseField(cursor: Cursor, parseGroup: GroupParser): FieldNode {
  const first = cursor.peek();
  const label = cursor.at("optional", "repeated", "required") ? cursor.take() : undefined;
  if (cursor.at("group") && cursor.peek(1).kind === "name") return parseGroupField(cursor, first, label, parseGroup);
  const map = cursor.at("map") && cursor.peek(1).text === "<" ? parseMap(cursor) : undefined;
  const type = map?.value ?? cursor.dotted("the type of a field", true);
  const name = cursor.name("the name of a field");
  const number = parseNumberOf(cursor, name);
  const options = parseOptionList(cursor);
  if (cursor.at("{")) throw new SchemaError(name.at, `field ${name.text} has a body`);
  const doc = docOf(first, cursor.expect(";"));
  return { kind: "field", at: first.at, name, label, type, key: map?.key, group: undefined, number, options, doc };
}

function parseNumberOf(cursor: Cursor, name: Word): FieldNode["number"] {
  if (cursor.at(";", "[")) throw new SchemaError(name.at, `${name.text} has no number`);
  cursor.expect("=");
  return parseInteger(cursor, name.text);
}

function parseMap(cursor: Cursor): { readonly key: Word; readonly value: Word } {
  cursor.expect("map");
  cursor.expect("<");
  const key = cursor.dotted("the type of a map's keys", true);
  cursor.expect(",");
  const value = cursor.dotted("the type of a map's values", true);
  cursor.expect(">");
  return { key, value };
}

/** A group declares a message and a field of that type, whose name is the same in lower case. */
function parseGroupField(cursor: Cursor, first: Token, label: Word | undefined, parseGroup: GroupParser): FieldNode {
  const { at: group } = cursor.take();
  const type = cursor.take();
  if (!/^[A-Z]/.test(type.text))
    throw new SchemaError(type.at, `the name of group ${type.text} must start with a capital`);
  const number = parseNumberOf(cursor, type);
  const options = parseOptionList(cursor);
  if (!cursor.at("{")) cursor.fail("'{'");
  const doc = docOf(first, cursor.peek());
  parseGroup(type);
  const name = { text: type.text.toLowerCase(), at: type.at };
  return { kind: "field", at: first.at, name, label, type, key: undefined, group, number, options, doc };
}
