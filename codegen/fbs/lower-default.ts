import { attributeOf, hasAttribute } from "./attributes.js";
import { evaluate } from "./default.js";
import { type FlatEnum, type FlatNamed, type Scalar, SchemaError, type TableField, type Type } from "./model.js";
import { isFloat } from "./number.js";
import type { FieldNode } from "./tree.js";
import { type Place, scalarOf } from "./type.js";

export type Presence = Pick<TableField, "presence" | "defaultValue">;

/** Whether a table's field may be left out, and what it is then. */
export function defaultOf(node: FieldNode, named: FlatNamed, type: Type, place: Place): Presence {
  const scalar = scalarOf(type);
  return scalar === undefined
    ? referenceDefault(node, named, type)
    : scalarDefault(node, named, { type, scalar }, place);
}

/** Text and lists may have a default value; what other fields lead to may be required. */
function referenceDefault({ defaultValue: node }: FieldNode, named: FlatNamed, type: Type): Presence {
  const required = hasAttribute(named, "required") || (type.kind === "string" && hasAttribute(named, "key"));
  if (node === undefined) return { presence: required ? "required" : "optional", defaultValue: undefined };
  const presence = required ? "required" : "default";
  if (type.kind === "list" && node.kind === "empty list") return { presence, defaultValue: [] };
  if (type.kind === "list") throw new SchemaError(node.at, "the only default value of a list is []");
  if (type.kind !== "string")
    throw new SchemaError(node.at, "only numbers, enums, strings and lists have default values");
  if (node.kind !== "string") throw new SchemaError(node.at, "the default value of a string stands in quotes");
  // For flatc, this text is no default value.
  if (node.text === "0") return { presence: required ? "required" : "optional", defaultValue: undefined };
  return { presence, defaultValue: node.text };
}

interface ScalarType {
  readonly type: Type;
  readonly scalar: Scalar;
}

function scalarDefault(
  { defaultValue: node }: FieldNode,
  named: FlatNamed,
  { type, scalar }: ScalarType,
  place: Place,
): Presence {
  const required = attributeOf(named, "required");
  if (required !== undefined) throw new SchemaError(required.at, "required is not for numbers and enums");
  const enumType = type.kind === "type" && type.ref.target?.kind === "enum" ? type.ref.target : undefined;
  const value = node === undefined ? (isFloat(scalar) ? 0 : 0n) : evaluate(node, { scalar, type: enumType }, place);
  if (value === null) {
    if (enumType !== undefined && place.names.numberOf(enumType, "null") !== undefined) {
      throw new SchemaError(
        node?.at ?? named.at,
        `null is a value of ${enumType.fullName}: it cannot say that there is none`,
      );
    }
    return { presence: "optional", defaultValue: undefined };
  }
  if (typeof value === "bigint") checkEnum(enumType, value, node?.at ?? named.at, place);
  return { presence: "default", defaultValue: plain(value, scalar) };
}

function checkEnum(type: FlatEnum | undefined, value: bigint, at: FlatNamed["at"], { names }: Place): void {
  if (type === undefined || type.flags || names.hasNumber(type, value)) return;
  throw new SchemaError(at, `${value} is no value of ${type.fullName}: the default value has to be one`);
}

/** A scalar's value as a program has it: only integers of 64 bits are `bigint`. */
export function plain(value: number | bigint, scalar: Scalar): number | bigint | boolean {
  if (scalar === "bool") return value !== 0n;
  return typeof value === "bigint" && !scalar.endsWith("64") ? Number(value) : value;
}
