import { attributeOf, hasAttribute, lowerNamed } from "./attributes.js";
import { lowerEnum, lowerUnion } from "./lower-enum.js";
import { lowerStruct } from "./lower-struct.js";
import { lowerTable } from "./lower-table.js";
import {
  type FlatEnum,
  type FlatSchema,
  type Import,
  type Method,
  SchemaError,
  type Service,
  type Struct,
  type Table,
  type TypeRef,
  type Union,
} from "./model.js";
import { join, type Names } from "./names.js";
import type { FileNode, MethodNode, ServiceNode, SettingNode, Statement, Word } from "./tree.js";
import { type Place, shapeOf } from "./type.js";

/** What is read of a file so far. */
interface Draft {
  readonly tables: Table[];
  readonly structs: Struct[];
  readonly enums: FlatEnum[];
  readonly unions: Union[];
  readonly services: Service[];
  root?: TypeRef;
  fileIdentifier?: string;
  fileExtension?: string;
}

/**
 * Makes the model of a file from its tree; `names` has what the files before it declared and gets what it declares.
 * Throws a `SchemaError`.
 */
export function lower({ statements }: FileNode, path: string, imports: readonly Import[], names: Names): FlatSchema {
  const draft: Draft = { tables: [], structs: [], enums: [], unions: [], services: [] };
  let namespace = "";
  for (const statement of statements) {
    if (statement.kind === "namespace") namespace = statement.name;
    else lowerStatement(statement, draft, { names, namespace });
  }
  return { path, imports, ...draft };
}

function lowerStatement(statement: Exclude<Statement, { kind: "namespace" }>, draft: Draft, place: Place): void {
  switch (statement.kind) {
    case "table":
      return void draft.tables.push(lowerTable(statement, place));
    case "struct":
      return void draft.structs.push(lowerStruct(statement, place));
    case "enum":
      return void draft.enums.push(lowerEnum(statement, place));
    case "union":
      return void draft.unions.push(lowerUnion(statement, place));
    case "service":
      return void draft.services.push(lowerService(statement, place));
    case "data":
      if (draft.root === undefined) throw new SchemaError(statement.at, "data takes a root_type above it");
      return;
    default:
      return lowerSetting(statement, draft, place);
  }
}

function lowerSetting({ kind, value }: SettingNode, draft: Draft, { names, namespace }: Place): void {
  if (kind === "attribute") names.declareAttribute(value.text);
  else if (kind === "root_type") draft.root = names.referRoot(value, namespace);
  else if (kind === "file_extension") draft.fileExtension = value.text;
  else if (new TextEncoder().encode(value.text).length === 4) draft.fileIdentifier = value.text;
  else throw new SchemaError(value.at, "a file_identifier has four bytes");
}

function lowerService(node: ServiceNode, place: Place): Service {
  const { names, namespace } = place;
  const named = lowerNamed(node, names);
  const fullName = join(namespace, named.name);
  names.declareService(fullName, named.at);
  const seen = new Set<string>();
  const methods = node.methods.map((method) => {
    const { text, at } = method.name;
    if (seen.has(text)) throw new SchemaError(at, `${text} is already there`);
    seen.add(text);
    return lowerMethod(method, fullName, place);
  });
  return { ...named, fullName, namespace, methods };
}

function lowerMethod(node: MethodNode, service: string, place: Place): Method {
  const named = lowerNamed(node, place.names);
  const streaming = attributeOf(named, "streaming");
  const value = streaming?.value ?? "none";
  if (streaming !== undefined && !["none", "client", "server", "bidi"].includes(String(streaming.value))) {
    throw new SchemaError(streaming.at, 'streaming is "none", "client", "server" or "bidi"');
  }
  const topic = attributeOf(named, "topic");
  if (topic !== undefined && value !== "server") {
    throw new SchemaError(topic.at, 'a topic streams its answers: (streaming: "server", topic)');
  }
  return {
    ...named,
    path: `${service}/${named.name}`,
    deprecated: hasAttribute(named, "deprecated"),
    request: lowerMessage(node.request, place),
    response: lowerMessage(node.response, place),
    requestStream: value === "client" || value === "bidi",
    responseStream: value === "server" || value === "bidi",
    topic: topic !== undefined,
  };
}

function lowerMessage(word: Word, { names, namespace }: Place): TypeRef {
  const ref = names.refer(word, namespace);
  if (shapeOf({ kind: "type", ref }) !== "table")
    throw new SchemaError(word.at, `${word.text} is not a table: a method takes tables`);
  return ref;
}
