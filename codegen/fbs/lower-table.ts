import { alignmentOf, attributeOf, checkAttributes, hasAttribute, lowerNamed } from "./attributes.js";
import { defaultOf } from "./lower-default.js";
import { type FlatNamed, SchemaError, type Table, type TableField, type Type } from "./model.js";
import { join } from "./names.js";
import { slotsOf } from "./slots.js";
import { sourceOf } from "./source.js";
import type { FieldNode, RecordNode } from "./tree.js";
import { lowerType, type Place, shapeOf } from "./type.js";

/** Makes a table. */
export function lowerTable(node: RecordNode, place: Place): Table {
  const { names, namespace } = place;
  names.begin("table", node.name, namespace);
  const named = lowerNamed(node, names);
  const fields: Omit<TableField, "slot">[] = [];
  for (const fieldNode of node.fields) {
    const field = lowerField(fieldNode, place);
    if (field.key && fields.some(({ key }) => key)) throw new SchemaError(field.at, "only one field is the key");
    fields.push(field);
  }
  checkNames(fields);
  const fullName = join(namespace, named.name);
  const type: Table = { ...named, kind: "table", fullName, namespace, ...slotsOf(fields) };
  names.end(type);
  return type;
}

function lowerField(node: FieldNode, place: Place): Omit<TableField, "slot"> {
  const { names, namespace } = place;
  const { text, at } = node.name;
  if (names.isTaken(text, namespace)) throw new SchemaError(at, `${text} is the name of a table or struct`);
  const type = lowerType(node.type, place);
  if (type.kind === "array") throw new SchemaError(at, `${text} is an array: only a struct holds those`);
  const named = lowerNamed(node, names);
  checkAttributes(named, type);
  const presence = defaultOf(node, named, type, place);
  checkKey(named, type, presence.presence);
  const nested = attributeOf(named, "nested_flatbuffer");
  const align = type.kind === "list" ? attributeOf(named, "force_align") : undefined;
  return {
    ...named,
    type,
    ...presence,
    deprecated: hasAttribute(named, "deprecated"),
    key: hasAttribute(named, "key"),
    ...(nested && { nested: names.referRecord({ text: nestedName(nested), at: nested.at }, namespace) }),
    ...(align && { forceAlign: alignmentOf(align, 1) }),
    shared: hasAttribute(named, "shared"),
    source: sourceOf(node),
  };
}

function nestedName({ value, at }: FlatNamed["attributes"][number]): string {
  if (typeof value === "string") return value;
  throw new SchemaError(at, "nested_flatbuffer is the name of a table in quotes");
}

/** Refuses a key that nothing can be sorted by. */
export function checkKey(named: FlatNamed, type: Type, presence: TableField["presence"]): void {
  const key = attributeOf(named, "key");
  if (key === undefined) return;
  if (!["scalar", "enum", "string", "struct"].includes(shapeOf(type))) {
    throw new SchemaError(key.at, "a key is a number, an enum, a string or a struct");
  }
  if (presence === "optional" && ["scalar", "enum"].includes(shapeOf(type))) {
    throw new SchemaError(key.at, "a key cannot be null");
  }
}

/** Names that generated functions of another field would have. */
const CLASHES: readonly (readonly [suffix: string, shape: ReturnType<typeof shapeOf>])[] = [
  ["_type", "union"],
  ["Type", "union"],
  ["_length", "list"],
  ["Length", "list"],
  ["_byte_vector", "string"],
  ["ByteVector", "string"],
];

/** A union, or a list of unions, takes a second name, for its type. */
function checkNames(fields: readonly Omit<TableField, "slot">[]): void {
  const shapes = new Map<string, ReturnType<typeof shapeOf>>();
  for (const { name, at, type } of fields) {
    const names = isUnion(type) ? [`${name}_type`, name] : [name];
    for (const taken of names) {
      if (shapes.has(taken)) throw new SchemaError(at, `${taken} is already there`);
      shapes.set(taken, taken === name || type.kind === "list" ? shapeOf(type) : "scalar");
    }
  }
  for (const { name, at } of fields) {
    for (const [suffix, shape] of CLASHES) {
      const other = name.endsWith(suffix) ? name.slice(0, -suffix.length) : "";
      if (shapes.get(other) === shape) throw new SchemaError(at, `${name} is what a part of ${other} is called`);
    }
  }
}

/** Whether a field has its types in a slot of their own. */
export function isUnion(type: Type): boolean {
  return shapeOf(type.kind === "list" ? type.item : type) === "union";
}
