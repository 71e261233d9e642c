import type { Cursor } from "../text/cursor.js";
import { parseType } from "./parse-type.js";
import { parseAttributes, parseValue } from "./parse-value.js";
import type { FieldNode, MethodNode, RecordNode, ServiceNode } from "./tree.js";

/** Takes a table or a struct. */
export function parseRecord(cursor: Cursor, kind: RecordNode["kind"]): RecordNode {
  const { leading: doc } = cursor.expect(kind);
  const name = cursor.name(`the name of a ${kind}`);
  const attributes = parseAttributes(cursor);
  cursor.expect("{");
  const fields: FieldNode[] = [];
  while (!cursor.closes("}")) fields.push(parseField(cursor));
  return { kind, name, doc, attributes, fields };
}

function parseField(cursor: Cursor): FieldNode {
  const name = cursor.name("the name of a field");
  cursor.expect(":");
  const type = parseType(cursor);
  const defaultValue = cursor.accept("=") === undefined ? undefined : parseValue(cursor);
  const attributes = parseAttributes(cursor);
  cursor.expect(";");
  return { name, doc: name.leading, attributes, type, defaultValue };
}

/** Takes an `rpc_service`, which has one method at least. */
export function parseService(cursor: Cursor): ServiceNode {
  const { leading: doc } = cursor.expect("rpc_service");
  const name = cursor.name("the name of a service");
  const attributes = parseAttributes(cursor);
  cursor.expect("{");
  const methods: MethodNode[] = [];
  do methods.push(parseMethod(cursor));
  while (!cursor.closes("}"));
  return { kind: "service", name, doc, attributes, methods };
}

function parseMethod(cursor: Cursor): MethodNode {
  const name = cursor.name("the name of a method");
  cursor.expect("(");
  const request = cursor.dotted("the name of a table", false);
  cursor.expect(")");
  cursor.expect(":");
  const response = cursor.dotted("the name of a table", false);
  const attributes = parseAttributes(cursor);
  cursor.expect(";");
  return { name, doc: name.leading, attributes, request, response };
}
