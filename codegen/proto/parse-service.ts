import type { Option } from "../option.js";
import type { Cursor } from "../text/cursor.js";
import { docOf } from "./doc.js";
import { parseOptionStatement } from "./parse-option.js";
import type { MethodNode, ServiceNode, Word } from "./tree.js";
import type { Token } from "../text/token.js";

export function parseService(cursor: Cursor): ServiceNode {
  const first = cursor.expect("service");
  const name = cursor.name("the name of a service");
  const doc = docOf(first, cursor.expect("{"));
  const methods: MethodNode[] = [];
  const options: Option[] = [];
  while (!cursor.closes("}")) {
    if (cursor.at("option")) options.push(parseOptionStatement(cursor));
    else if (cursor.accept(";") === undefined) methods.push(parseMethod(cursor));
  }
  return { kind: "service", name, doc, options, methods };
}

function parseMethod(cursor: Cursor): MethodNode {
  const first = cursor.expect("rpc");
  const name = cursor.name("the name of a method");
  const request = parseType(cursor);
  cursor.expect("returns");
  const response = parseType(cursor);
  const last = cursor.peek();
  const options = last.text === "{" ? parseMethodBody(cursor) : [];
  if (last.text !== "{") cursor.expect(";");
  return {
    kind: "rpc",
    name,
    doc: docOf(first, last),
    options,
    request: request.type,
    response: response.type,
    requestStream: request.stream !== undefined,
    responseStream: response.stream !== undefined,
  };
}

function parseType(cursor: Cursor): { readonly type: Word; readonly stream: Token | undefined } {
  cursor.expect("(");
  const stream = cursor.at("stream") ? cursor.take() : undefined;
  const type = cursor.dotted("the name of a message", true);
  cursor.expect(")");
  return { type, stream };
}

function parseMethodBody(cursor: Cursor): Option[] {
  cursor.expect("{");
  const options: Option[] = [];
  while (!cursor.closes("}")) {
    if (cursor.accept(";") === undefined) options.push(parseOptionStatement(cursor));
  }
  return options;
}
