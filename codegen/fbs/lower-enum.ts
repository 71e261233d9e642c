import type { Token } from "../text/token.js";
import { attributeOf, hasAttribute, lowerNamed } from "./attributes.js";
import {
  type FlatEnum,
  type FlatNamed,
  type Position,
  type Scalar,
  SCALAR_BYTES,
  SchemaError,
  type Type,
  type Union,
} from "./model.js";
import { join, type Names } from "./names.js";
import { isFloat, isInRange, rangeOf, readInteger } from "./number.js";
import type { EnumNode, EnumValueNode, MemberNode, TypeNode, UnionNode } from "./tree.js";
import { lowerType, type Place, scalarOf, shapeOf } from "./type.js";

/** Makes an enum, and lets its name be used. */
export function lowerEnum(node: EnumNode, place: Place): FlatEnum {
  const named = lowerNamed(node, place.names);
  const base = lowerBase(node.base, place);
  refuseAlignment(named);
  const flags = hasAttribute(named, "bit_flags");
  const values = withNumbers(node.values, base, node.values.length === 0 ? [none(named.at)] : [], place.names);
  const type: FlatEnum = {
    ...named,
    kind: "enum",
    fullName: join(place.namespace, named.name),
    namespace: place.namespace,
    base,
    flags,
    values: flags ? values.map((value) => ({ ...value, number: bitOf(value, base) })) : values,
  };
  place.names.declareEnum(type);
  return type;
}

/** Makes a union, and lets its name be used. */
export function lowerUnion(node: UnionNode, place: Place): Union {
  const named = lowerNamed(node, place.names);
  const base = node.base === undefined ? "uint8" : lowerBase(node.base, place);
  refuseAlignment(named);
  const flags = attributeOf(named, "bit_flags");
  if (flags !== undefined) throw new SchemaError(flags.at, "bit_flags is for enums");
  const numbered = withNumbers(node.members, base, [none(named.at)], place.names).slice(1);
  const type: Union = {
    ...named,
    kind: "union",
    fullName: join(place.namespace, named.name),
    namespace: place.namespace,
    base,
    members: node.members.map((member, i) => lowerMember(member, numbered[i], place)),
  };
  place.names.declareEnum(type);
  return type;
}

function lowerBase(node: TypeNode, place: Place): Scalar {
  const base = scalarOf(lowerType(node, place));
  const { at } = node.kind === "name" ? node.name : node;
  if (base === undefined || base === "bool" || isFloat(base)) {
    throw new SchemaError(at, "the numbers of an enum or union are integers, as in ': ubyte'");
  }
  return base;
}

function refuseAlignment(named: FlatNamed): void {
  const found = attributeOf(named, "force_align");
  if (found !== undefined) throw new SchemaError(found.at, "force_align is for structs and lists");
}

/** A member is called by its type's name, or by one of its own: only then can its type be `string`. */
function lowerMember(node: MemberNode, numbered: Numbered, place: Place): Union["members"][number] {
  return { ...numbered, type: lowerMemberType(node, place) };
}

function lowerMemberType({ type: node, isNamed }: MemberNode, { names, namespace }: Place): Type {
  if (!isNamed && node.kind === "name") return { kind: "type", ref: names.referRecord(node.name, namespace) };
  const type = lowerType(node, { names, namespace });
  if (!["table", "struct", "string"].includes(shapeOf(type))) {
    const { at } = node.kind === "name" ? node.name : node;
    throw new SchemaError(at, "a union holds tables, structs and strings");
  }
  return type;
}

type Numbered = FlatNamed & { readonly number: bigint };

/** Numbers `nodes` behind the values before them: each without a number has one more than the last, the first one 0. */
function withNumbers(
  nodes: readonly EnumValueNode[],
  base: Scalar,
  before: readonly Numbered[],
  names: Names,
): Numbered[] {
  const values = [...before];
  const byName = new Set(before.map(({ name }) => name));
  const byNumber = new Map(before.map(({ name, number }) => [number, name]));
  for (const node of nodes) {
    const named = lowerNamed(node, names);
    const { name, at } = named;
    const number = numberOf(node.number) ?? (values.at(-1)?.number ?? -1n) + 1n;
    if (!isInRange(number, base)) {
      const { min, max } = rangeOf(base);
      throw new SchemaError(node.number?.at ?? at, `${number} is not in the range of ${base}: ${min} to ${max}`);
    }
    if (byName.has(name)) throw new SchemaError(at, `${name} is already there`);
    const other = byNumber.get(number);
    if (other !== undefined) throw new SchemaError(at, `${name} is ${number}, as is ${other}`);
    byName.add(name);
    byNumber.set(number, name);
    values.push({ ...named, number });
  }
  return values;
}

function numberOf(token: Token | undefined): bigint | undefined {
  if (token === undefined) return undefined;
  const number = readInteger(token.text);
  if (number === undefined) throw new SchemaError(token.at, `${token.text} is not an integer`);
  return number;
}

/** What the bit of a place is worth. */
function bitOf({ name, at, number }: Numbered, base: Scalar): bigint {
  const bits = BigInt(8 * SCALAR_BYTES[base]);
  // The top bit of a signed number is its sign.
  const last = base.startsWith("u") ? bits - 1n : bits - 2n;
  if (number < 0n || number > last)
    throw new SchemaError(at, `${name} is bit ${number}: ${base} has bits 0 to ${last}`);
  return 1n << number;
}

/** The value of an enum without values, and that of a union which holds nothing. */
function none(at: Position): Numbered {
  return { name: "NONE", at, doc: [], attributes: [], number: 0n };
}
