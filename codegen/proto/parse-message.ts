import type { Option } from "../option.js";
import { SchemaError } from "../position.js";
import type { Cursor } from "../text/cursor.js";
import { docOf } from "./doc.js";
import { parseEnum } from "./parse-enum.js";
import { parseField } from "./parse-field.js";
import { parseOptionStatement } from "./parse-option.js";
import { MAX_FIELD, parseExtensions, parseReserved } from "./parse-range.js";
import type { ExtendNode, FieldNode, MessageNode, OneofNode, Part, Word } from "./tree.js";
import type { Token } from "../text/token.js";

/** How deep messages may nest: as deep as with protoc. */
export const MAX_DEPTH = 31;

/** Takes a message, an enum or an extension into `parts`, and says whether one stood there. */
export function parseType(cursor: Cursor, parts: Part[], depth: number): boolean {
  const first = cursor.peek();
  const visible = cursor.at("export", "local") && /^(message|enum)$/.test(cursor.peek(1).text);
  const visibility = visible ? cursor.take() : undefined;
  if (cursor.at("message")) parts.push(parseMessage(cursor, first, visibility, depth));
  else if (cursor.at("enum")) parts.push(parseEnum(cursor, first, visibility));
  else if (cursor.at("extend")) parts.push(parseExtend(cursor, parts, depth));
  else return false;
  return true;
}

function parseMessage(cursor: Cursor, first: Token, visibility: Word | undefined, depth: number): MessageNode {
  cursor.expect("message");
  const name = cursor.name("the name of a message");
  const last = cursor.peek();
  return { kind: "message", name, doc: docOf(first, last), visibility, ...parseBody(cursor, depth) };
}

function parseBody(cursor: Cursor, depth: number): { readonly parts: Part[]; readonly options: Option[] } {
  const { at } = cursor.expect("{");
  if (depth >= MAX_DEPTH) throw new SchemaError(at, `messages nest deeper than ${MAX_DEPTH}`);
  const parts: Part[] = [];
  const options: Option[] = [];
  while (!cursor.closes("}")) {
    if (cursor.accept(";") !== undefined || parseType(cursor, parts, depth + 1)) continue;
    if (cursor.at("option")) options.push(parseOptionStatement(cursor));
    else parts.push(parsePart(cursor, parts, depth));
  }
  return { parts, options };
}

function parsePart(cursor: Cursor, parts: Part[], depth: number): Part {
  if (cursor.at("oneof")) return parseOneof(cursor, parts, depth);
  if (cursor.at("reserved")) return parseReserved(cursor, MAX_FIELD);
  if (cursor.at("extensions")) return parseExtensions(cursor);
  return parseFieldIn(cursor, parts, depth);
}

/** Takes a field; the message of a group goes to the `parts` around it. */
function parseFieldIn(cursor: Cursor, parts: Part[], depth: number): FieldNode {
  return parseField(cursor, (name) => {
    parts.push({ kind: "message", name, doc: [], visibility: undefined, ...parseBody(cursor, depth + 1) });
  });
}

function parseOneof(cursor: Cursor, parts: Part[], depth: number): OneofNode {
  const first = cursor.expect("oneof");
  const name = cursor.name("the name of a oneof");
  const doc = docOf(first, cursor.expect("{"));
  const options: Option[] = [];
  const fields: FieldNode[] = [];
  while (!cursor.closes("}")) {
    if (cursor.at("option")) options.push(parseOptionStatement(cursor));
    else fields.push(parseFieldIn(cursor, parts, depth));
  }
  return { kind: "oneof", name, doc, options, fields };
}

function parseExtend(cursor: Cursor, parts: Part[], depth: number): ExtendNode {
  const { at } = cursor.expect("extend");
  const extendee = cursor.dotted("the name of a message", true);
  cursor.expect("{");
  const fields = [];
  do fields.push(parseFieldIn(cursor, parts, depth));
  while (!cursor.closes("}"));
  return { kind: "extend", at, extendee, fields };
}
