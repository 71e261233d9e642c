import { type Attribute, type FlatNamed, SchemaError, type Type } from "./model.js";
import { isInRange, readInteger } from "./number.js";
import { scalarOf, shapeOf } from "./type.js";
import type { Names } from "./names.js";
import type { AttributeNode, Declaration } from "./tree.js";

/** What a declaration has beside what it says; of an attribute that is there twice, the first one counts. */
export function lowerNamed({ name, doc, attributes }: Declaration, names: Names): FlatNamed {
  return { name: name.text, at: name.at, doc, attributes: attributes.map((node) => lowerAttribute(node, names)) };
}

function lowerAttribute({ name, value }: AttributeNode, names: Names): Attribute {
  const { text, at } = name;
  if (!names.hasAttribute(text)) {
    throw new SchemaError(at, `the attribute ${text} is not known: declare it above with 'attribute "${text}";'`);
  }
  if (value === undefined) return { name: text, at };
  if (value.kind === "string") return { name: text, value: value.text, at };
  const number = value.kind === "number" ? readInteger(value.text) : undefined;
  if (number === undefined) throw new SchemaError(value.at, `${text} is text or an integer`);
  if (!isInRange(number, "int32")) throw new SchemaError(value.at, `${number} is not a 32-bit integer`);
  return { name: text, value: Number(number), at };
}

export function attributeOf({ attributes }: Pick<FlatNamed, "attributes">, name: string): Attribute | undefined {
  return attributes.find((attribute) => attribute.name === name);
}

export function hasAttribute(named: Pick<FlatNamed, "attributes">, name: string): boolean {
  return attributeOf(named, name) !== undefined;
}

/** The integer that an attribute's value is, as a number or as text; without one, none. */
export function integerOf({ value }: Attribute): bigint | undefined {
  return value === undefined ? undefined : readInteger(String(value));
}

/** What a force_align says, which goes in powers of two from `least` to 32. Throws a `SchemaError` if it does not. */
export function alignmentOf(attribute: Attribute, least: number): number {
  const align = integerOf(attribute);
  if (align === undefined || align < least || ![1n, 2n, 4n, 8n, 16n, 32n].includes(align)) {
    throw new SchemaError(attribute.at, `force_align is a power of two from ${least} to 32 here`);
  }
  return Number(align);
}

const HASHED: ReadonlyMap<string | undefined, number> = new Map([
  ["int16", 16],
  ["uint16", 16],
  ["int32", 32],
  ["uint32", 32],
  ["int64", 64],
  ["uint64", 64],
]);

/** Refuses attributes that a field of this type cannot have. */
export function checkAttributes(named: FlatNamed, type: Type): void {
  const refuse = (name: string, unless: boolean, rule: string): void => {
    const found = attributeOf(named, name);
    if (found !== undefined && !unless) throw new SchemaError(found.at, `${name} ${rule}`);
  };
  const item = type.kind === "list" ? type.item : type;
  const isBytes = type.kind === "list" && scalarOf(item) === "uint8";
  refuse("vector64", false, "is not supported: lists have 32-bit lengths here");
  refuse("offset64", false, "is not supported: buffers have 32-bit offsets here");
  checkHash(named, item);
  refuse("cpp_type", hasAttribute(named, "hash"), "is for fields with a hash");
  refuse("shared", type.kind === "string", "is for strings");
  refuse("native_custom_alloc", false, "is for tables and structs");
  refuse("native_inline", isNativeInline(type), "is for structs, and for lists of structs or tables");
  refuse("nested_flatbuffer", isBytes, "is for [ubyte]");
  refuse("flexbuffer", isBytes, "is for [ubyte]");
}

function isNativeInline(type: Type): boolean {
  return shapeOf(type) === "struct" || (type.kind === "list" && ["struct", "table"].includes(shapeOf(type.item)));
}

function checkHash(named: FlatNamed, item: Type): void {
  const hash = attributeOf(named, "hash");
  if (hash === undefined) return;
  const bits = HASHED.get(scalarOf(item));
  if (bits === undefined) throw new SchemaError(hash.at, "hash is for integers of 16, 32 and 64 bits");
  if (hash.value !== `fnv1_${bits}` && hash.value !== `fnv1a_${bits}`) {
    throw new SchemaError(hash.at, `hash is "fnv1_${bits}" or "fnv1a_${bits}" here`);
  }
}
