import { SchemaError } from "../position.js";
import { Cursor } from "../text/cursor.js";
import { parseEnum, parseUnion } from "./parse-enum.js";
import { parseRecord, parseService } from "./parse-record.js";
import { textOf } from "./text.js";
import { tokenize } from "./tokens.js";
import type { FileNode, PathNode, SettingNode, Statement } from "./tree.js";

/** What a namespace has at most: names are looked up in each of its parts. */
const MAX_PARTS = 100;

/** Reads a `.fbs` file into a tree. Throws a `SchemaError`. */
export function parse(source: string, file: string): FileNode {
  const cursor = new Cursor(tokenize(source, file));
  if (cursor.peek().kind === "end") throw new SchemaError(cursor.peek().at, "the file is empty");
  const includes: PathNode[] = [];
  while (cursor.at("include", "native_include")) {
    const isNative = cursor.take().text === "native_include";
    const { at } = cursor.peek();
    const path = parseString(cursor, "the path of a file");
    cursor.expect(";");
    if (!isNative) includes.push({ path, at });
  }
  const statements: Statement[] = [];
  while (cursor.peek().kind !== "end") statements.push(parseStatement(cursor));
  return { includes, statements };
}

function parseStatement(cursor: Cursor): Statement {
  const { text, at } = cursor.peek();
  switch (text) {
    case "namespace":
      return { kind: text, name: parseNamespace(cursor) };
    case "table":
    case "struct":
      return parseRecord(cursor, text);
    case "enum":
      return parseEnum(cursor);
    case "union":
      return parseUnion(cursor);
    case "rpc_service":
      return parseService(cursor);
    case "root_type":
    case "file_identifier":
    case "file_extension":
    case "attribute":
      return parseSetting(cursor, text);
    case "{":
      return skipData(cursor);
    case "include":
      throw new SchemaError(at, "an include stands before all other statements");
    default:
      return cursor.fail("a table, a struct, an enum, a union or another statement");
  }
}

function parseNamespace(cursor: Cursor): string {
  cursor.expect("namespace");
  const { at } = cursor.peek();
  const name = cursor.at(";") ? "" : cursor.dotted("the name of a namespace", false).text;
  if (name.split(".").length > MAX_PARTS) {
    throw new SchemaError(at, `a namespace has no more than ${MAX_PARTS} parts`);
  }
  cursor.expect(";");
  return name;
}

function parseSetting(cursor: Cursor, kind: SettingNode["kind"]): SettingNode {
  cursor.expect(kind);
  const { at } = cursor.peek();
  const text = parseSettingText(cursor, kind);
  cursor.expect(";");
  return { kind, value: { text, at } };
}

function parseSettingText(cursor: Cursor, kind: SettingNode["kind"]): string {
  if (kind === "root_type") return cursor.dotted("the name of a table", false).text;
  if (kind === "attribute" && cursor.peek().kind === "name") return cursor.take().text;
  return parseString(cursor, "text in quotes");
}

function parseString(cursor: Cursor, what: string): string {
  return cursor.peek().kind === "string" ? textOf(cursor.take()) : cursor.fail(what);
}

const CLOSING: ReadonlyMap<string, string> = new Map([
  ["{", "}"],
  ["[", "]"],
  ["(", ")"],
]);

/** Takes a JSON object, of which only the brackets are looked at, and the end of the file behind it. */
function skipData(cursor: Cursor): Statement {
  const { at } = cursor.peek();
  const open: string[] = [];
  do {
    const closing = CLOSING.get(cursor.peek().text);
    if (closing !== undefined) open.push(closing);
    else if (cursor.at("}", "]", ")", "") && !cursor.at(open.at(-1)!)) cursor.fail(`'${open.at(-1)}'`);
    else if (cursor.at("}", "]", ")")) open.pop();
    cursor.take();
  } while (open.length > 0);
  if (cursor.peek().kind !== "end") cursor.fail("the end of the file behind its data");
  return { kind: "data", at };
}
