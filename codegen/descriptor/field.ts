import { type Edition, type Option, type Value } from "../option.js";
import { SchemaError } from "../position.js";
import { Cursor } from "../text/cursor.js";
import { jsonName } from "../proto/json-name.js";
import { parseOptionValue } from "../proto/parse-option.js";
import { tokenize } from "../proto/tokens.js";
import type { ExtendNode, FieldNode, Word } from "../proto/tree.js";
import type { Node } from "./node.js";
import { FIELD } from "./numbers.js";
import { optionAt, optionsOf } from "./options.js";
import type { Scope } from "./scope.js";
import { kindOf, mapTypesOf, typeOf } from "./type.js";

/** The values of `FieldDescriptorProto.Label`, which start at 1. */
const LABELS = ["optional", "required", "repeated"];

/** A field of a message, a oneof or an extension. */
export function fieldOf(node: Node, scope: Scope): FieldNode {
  const name = node.name(FIELD.name);
  const entry = kindOf(node) === "message" ? scope.entries.get(node.dotted(FIELD.typeName).text) : undefined;
  return {
    kind: "field",
    at: node.at(),
    name,
    label: entry === undefined ? labelOf(node, scope.edition) : undefined,
    ...(entry === undefined ? { key: undefined, type: typeOf(node, scope) } : mapTypesOf(node, entry, scope)),
    group: kindOf(node) === "group" ? node.at(FIELD.type) : undefined,
    number: node.int(FIELD.number),
    options: fieldOptions(node),
    doc: node.doc(),
  };
}

/** An extension, as an `extend` of its own. */
export function extendOf(node: Node, scope: Scope): ExtendNode {
  const extendee = node.dotted(FIELD.extendee);
  return { kind: "extend", at: node.at(), extendee, fields: [fieldOf(node, scope)] };
}

/** Which oneof a field is part of, as an index; what proto3 calls optional has one that nobody wrote. */
export function oneofOf({ fields }: Node): number | undefined {
  return fields.flag(FIELD.proto3Optional) ? undefined : fields.int(FIELD.oneofIndex);
}

function labelOf(node: Node, edition: Edition): Word | undefined {
  const text = LABELS[(node.fields.int(FIELD.label) ?? 1) - 1];
  if (text === undefined) throw new SchemaError(node.at(), "this field has no label that is known");
  const isWritten = node.fields.flag(FIELD.proto3Optional) || (edition === "proto2" && oneofOf(node) === undefined);
  return text === "optional" && !isWritten ? undefined : { text, at: node.at(FIELD.label) };
}

/** A descriptor has the name in JSON and the default value beside the options, which is where a schema has them. */
function fieldOptions(node: Node): Option[] {
  const options = optionsOf(node, FIELD.options, "field");
  const json = node.fields.text(FIELD.jsonName);
  // It is there for each field, written or not.
  if (json !== undefined && node.fields.text(FIELD.extendee) === undefined) {
    if (json !== jsonName(node.name(FIELD.name).text)) options.push(jsonOption(json, node));
  }
  const value = defaultOf(node);
  return value === undefined ? options : [...options, optionAt("default", value, value.at)];
}

function jsonOption(text: string, node: Node): Option {
  const at = node.at(FIELD.jsonName);
  return optionAt("json_name", { kind: "string", text, bytes: new TextEncoder().encode(text), at }, at);
}

/** The default value, which is text: of a string as it is, of bytes with escapes, else as in a schema. */
function defaultOf(node: Node): Value | undefined {
  const text = node.fields.text(FIELD.defaultValue);
  if (text === undefined) return undefined;
  const at = node.at(FIELD.defaultValue);
  const kind = kindOf(node);
  if (kind === "string") return { kind: "string", text, bytes: new TextEncoder().encode(text), at };
  try {
    const cursor = new Cursor(tokenize(kind === "bytes" ? `"${text}"` : text, at.file));
    const value = parseOptionValue(cursor);
    if (cursor.peek().kind === "end") return { ...value, at };
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
  }
  throw new SchemaError(at, `${JSON.stringify(text)} cannot be a default value`);
}
