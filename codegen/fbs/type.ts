import { type Scalar, SCALAR_BYTES, SCALARS, type Type } from "./model.js";
import type { Names } from "./names.js";
import type { TypeNode, Word } from "./tree.js";

/** Where something is declared. */
export interface Place {
  readonly names: Names;
  readonly namespace: string;
}

const ALIASES: ReadonlyMap<string, Scalar> = new Map([
  ...SCALARS.map((scalar): [string, Scalar] => [scalar, scalar]),
  ["byte", "int8"],
  ["ubyte", "uint8"],
  ["short", "int16"],
  ["ushort", "uint16"],
  ["int", "int32"],
  ["uint", "uint32"],
  ["long", "int64"],
  ["ulong", "uint64"],
  ["float", "float32"],
  ["double", "float64"],
]);

/** The type that a node names. */
export function lowerType(node: TypeNode, place: Place): Type {
  if (node.kind === "name") return lowerName(node.name, place);
  const item = lowerName(node.item, place);
  return node.kind === "list" ? { kind: "list", item } : { kind: "array", item, length: node.length };
}

function lowerName(word: Word, { names, namespace }: Place): Type {
  const scalar = ALIASES.get(word.text);
  if (scalar !== undefined) return { kind: "scalar", scalar };
  return word.text === "string" ? { kind: "string" } : { kind: "type", ref: names.refer(word, namespace) };
}

/** A type as it is written, with its own name for a scalar. */
export function typeText(node: TypeNode): string {
  if (node.kind === "name") return node.name.text;
  return node.kind === "list" ? `[${node.item.text}]` : `[${node.item.text}:${node.length}]`;
}

/** What a type is. One whose declaration has not ended is a table: nothing else can be named before. */
export function shapeOf(type: Type): "scalar" | "enum" | "union" | "struct" | "table" | "string" | "list" | "array" {
  return type.kind === "type" ? (type.ref.target?.kind ?? "table") : type.kind;
}

/** The scalar that a scalar is, or an enum's numbers are. */
export function scalarOf(type: Type): Scalar | undefined {
  if (type.kind === "scalar") return type.scalar;
  return type.kind === "type" && type.ref.target?.kind === "enum" ? type.ref.target.base : undefined;
}

/** What a struct's field takes, if it can be one: scalars, structs and arrays of them. */
export function layoutOf(type: Type): { readonly size: number; readonly align: number } | undefined {
  if (type.kind === "array") {
    const item = layoutOf(type.item);
    return item && { size: item.size * type.length, align: item.align };
  }
  if (type.kind === "type" && type.ref.target?.kind === "struct") return type.ref.target;
  const scalar = scalarOf(type);
  return scalar && { size: SCALAR_BYTES[scalar], align: SCALAR_BYTES[scalar] };
}
