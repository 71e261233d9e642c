import { alignmentOf, attributeOf, checkAttributes, hasAttribute, lowerNamed } from "./attributes.js";
import { evaluate } from "./default.js";
import { type FlatNamed, SchemaError, type Struct, type StructField, type Type } from "./model.js";
import { join } from "./names.js";
import { isFloat } from "./number.js";
import { sourceOf } from "./source.js";
import type { FieldNode, RecordNode, ValueNode } from "./tree.js";
import { layoutOf, lowerType, type Place, scalarOf } from "./type.js";

/** Where a field may start: offsets are kept in 16 bits. */
const MAX_OFFSET = 0xffff;

/** Makes a struct: its fields follow one another, each at the next multiple of its alignment. */
export function lowerStruct(node: RecordNode, place: Place): Struct {
  const { names, namespace } = place;
  names.begin("struct", node.name, namespace);
  const named = lowerNamed(node, names);
  const fields: StructField[] = [];
  const seen = new Set<string>();
  let end = 0;
  let align = 1;
  for (const fieldNode of node.fields) {
    const { size, field } = lowerField(fieldNode, end, place);
    if (seen.has(field.name)) throw new SchemaError(field.at, `${field.name} is already there`);
    if (field.key && fields.some(({ key }) => key)) throw new SchemaError(field.at, "only one field is the key");
    seen.add(field.name);
    end = field.offset + size.size;
    align = Math.max(align, size.align);
    fields.push(field);
  }
  const forced = attributeOf(named, "force_align");
  if (forced !== undefined) align = alignmentOf(forced, align);
  if (fields.length === 0) throw new SchemaError(named.at, `${named.name} has no fields: a struct is not empty`);
  const fullName = join(namespace, named.name);
  const type: Struct = { ...named, kind: "struct", fullName, namespace, fields, size: roundUp(end, align), align };
  names.end(type);
  return type;
}

function lowerField(
  node: FieldNode,
  end: number,
  place: Place,
): { readonly size: { readonly size: number; readonly align: number }; readonly field: StructField } {
  const { names, namespace } = place;
  const { text, at } = node.name;
  if (names.isTaken(text, namespace)) throw new SchemaError(at, `${text} is the name of a table or struct`);
  const type = lowerType(node.type, place);
  const size = layoutOf(type) ?? refuseType(node, type, place);
  const offset = roundUp(end, size.align);
  if (offset > MAX_OFFSET)
    throw new SchemaError(at, `${text} lies ${offset} bytes into its struct: ${MAX_OFFSET} at most`);
  if (node.defaultValue !== undefined) checkDefault(node.defaultValue, type, place);
  const named = lowerNamed(node, names);
  checkAttributes(named, type);
  checkField(named, type, place);
  const key = hasAttribute(named, "key");
  return { size, field: { ...named, type, offset, deprecated: false, key, source: sourceOf(node) } };
}

function refuseType({ type: node }: FieldNode, type: Type, { names }: Place): never {
  const { text, at } = node.kind === "name" ? node.name : node.item;
  const inner = type.kind === "array" ? type.item : type;
  if (inner.kind === "type" && inner.ref.target === undefined) {
    const isOpen = names.isOpenStruct(inner.ref);
    throw new SchemaError(
      at,
      isOpen ? `${text} holds itself` : `${text} is declared below: a struct holds what is above it`,
    );
  }
  throw new SchemaError(at, "a struct holds numbers, enums, structs and arrays of these");
}

/** No other value than 0 can be said, because all of a struct is always there. */
function checkDefault(node: ValueNode, type: Type, place: Place): void {
  const scalar = scalarOf(type);
  const enumType = type.kind === "type" && type.ref.target?.kind === "enum" ? type.ref.target : undefined;
  const value = scalar && evaluate(node, { scalar, type: enumType }, place);
  const isZero = scalar !== undefined && isFloat(scalar) ? "text" in node && node.text === "0" : value === 0n;
  if (!isZero) throw new SchemaError(node.at, "a struct's fields have no default values");
}

function checkField(named: FlatNamed, type: Type, { names }: Place): void {
  for (const name of ["required", "optional"]) {
    const found = attributeOf(named, name);
    if (found !== undefined) throw new SchemaError(found.at, "a struct's fields are always there");
  }
  const deprecated = attributeOf(named, "deprecated");
  if (deprecated !== undefined) throw new SchemaError(deprecated.at, "a struct's fields cannot be deprecated");
  const item = type.kind === "array" ? type.item : type;
  const target = item.kind === "type" ? item.ref.target : undefined;
  if (target?.kind === "enum" && !target.flags && !names.hasNumber(target, 0n)) {
    throw new SchemaError(named.at, `${target.fullName} has no value that is 0: a struct cannot hold it`);
  }
}

/** The next multiple of `align`. */
export function roundUp(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}
