import type { Edition, Option } from "../option.js";
import { SchemaError } from "../position.js";
import { Cursor } from "../text/cursor.js";
import { parseString } from "./literal.js";
import { parseType } from "./parse-message.js";
import { parseOptionStatement } from "./parse-option.js";
import { parseService } from "./parse-service.js";
import { tokenize } from "./tokens.js";
import type { FileNode, ImportNode, Part, Word } from "./tree.js";

/** How many parts the name of a package may have: as many as with protoc. */
export const MAX_PARTS = 101;

/** Reads the text of a `.proto` file into a tree. Throws a `SchemaError` at the first token that cannot stand there. */
export function parse(source: string, file: string): FileNode {
  const cursor = new Cursor(tokenize(source, file));
  const head = parseSyntax(cursor);
  const imports: ImportNode[] = [];
  const options: Option[] = [];
  const parts: Part[] = [];
  let name: Word | undefined;
  while (cursor.peek().kind !== "end") {
    if (cursor.accept(";") !== undefined || parseType(cursor, parts, 0)) continue;
    if (cursor.at("service")) parts.push(parseService(cursor));
    else if (cursor.at("import")) imports.push(parseImport(cursor));
    else if (cursor.at("option")) options.push(parseOptionStatement(cursor));
    else name = parsePackage(cursor, name);
  }
  return { ...head, package: name, imports, options, parts };
}

/** The first statement says what the rest is written in; a file without it is proto2. */
function parseSyntax(cursor: Cursor): Pick<FileNode, "edition" | "syntax"> {
  const { text, at } = cursor.peek();
  if (text !== "syntax" && text !== "edition") return { edition: "proto2", syntax: { at } };
  cursor.take();
  cursor.expect("=");
  const value = parseString(cursor, `the ${text}`);
  cursor.expect(";");
  const edition = editionOf(text, value.text);
  if (edition === undefined) throw new SchemaError(value.at, unknown(text, value.text));
  return { edition, syntax: { keyword: text, at, valueAt: value.at } };
}

function editionOf(keyword: "syntax" | "edition", value: string): Edition | undefined {
  const known: readonly Edition[] = keyword === "syntax" ? ["proto2", "proto3"] : ["2023", "2024"];
  return known.find((edition) => edition === value);
}

function unknown(keyword: "syntax" | "edition", value: string): string {
  const known = keyword === "syntax" ? '"proto2" or "proto3"' : '"2023" or "2024"';
  return `${keyword} ${JSON.stringify(value)} is not known: it is ${known}`;
}

function parseImport(cursor: Cursor): ImportNode {
  cursor.expect("import");
  const modifier = cursor.at("public", "weak", "option") ? cursor.take() : undefined;
  const path = parseString(cursor, "the path of a file");
  cursor.expect(";");
  return { modifier, path };
}

function parsePackage(cursor: Cursor, before: Word | undefined): Word {
  const { text, at } = cursor.peek();
  if (text === "syntax" || text === "edition") throw new SchemaError(at, `${text} must be the first statement`);
  if (text === "}") throw new SchemaError(at, "'}' closes nothing");
  if (text !== "package") cursor.fail("a message, an enum, a service or another statement");
  cursor.take();
  if (before !== undefined) throw new SchemaError(cursor.peek().at, "a second package");
  const name = cursor.dotted("the name of a package", false);
  if (name.text.split(".").length > MAX_PARTS) {
    throw new SchemaError(name.at, `a package has no more than ${MAX_PARTS} parts`);
  }
  cursor.expect(";");
  return name;
}
