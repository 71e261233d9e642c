import type { Option } from "../option.js";
import type { Cursor } from "../text/cursor.js";
import { docOf } from "./doc.js";
import { parseInteger } from "./literal.js";
import { parseOptionList, parseOptionStatement } from "./parse-option.js";
import { MAX_VALUE, parseReserved } from "./parse-range.js";
import type { EnumNode, ReservedNode, ValueNode, Word } from "./tree.js";
import type { Token } from "../text/token.js";

/** Takes an enum, whose first token, `export` or `local` if that stands before it, is `first`. */
export function parseEnum(cursor: Cursor, first: Token, visibility: Word | undefined): EnumNode {
  cursor.expect("enum");
  const name = cursor.name("the name of an enum");
  const doc = docOf(first, cursor.expect("{"));
  const values: ValueNode[] = [];
  const options: Option[] = [];
  const reserved: ReservedNode[] = [];
  while (!cursor.closes("}")) {
    if (cursor.at("option")) options.push(parseOptionStatement(cursor));
    else if (cursor.at("reserved")) reserved.push(parseReserved(cursor, MAX_VALUE));
    else if (cursor.accept(";") === undefined) values.push(parseValue(cursor));
  }
  return { kind: "enum", name, doc, options, visibility, values, reserved };
}

function parseValue(cursor: Cursor): ValueNode {
  const name = cursor.name("the name of a value");
  cursor.expect("=");
  const number = parseInteger(cursor, name.text);
  const options = parseOptionList(cursor);
  return { kind: "value", name, number, options, doc: docOf(name, cursor.expect(";")) };
}
