import { SCALAR_BYTES, type Scalar, type Struct, type Type, type TypeRef } from "../../fbs/model.js";

/** A type as a sentence names it: `table Game.Monster`, `[uint8]`. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case "scalar":
      return type.scalar;
    case "string":
      return "string";
    case "type":
      return `${type.ref.target?.kind ?? "type"} ${nameOf(type.ref)}`;
    case "list":
      return `[${typeText(type.item)}]`;
    default:
      return `[${typeText(type.item)}:${type.length}]`;
  }
}

/**
 * How a type is stored: two types of one form read each other's bytes. Integers of one size do, whatever their sign, as
 * enums and bools do; structs by what is at which offset, signs included, as peers compare them; tables and unions only
 * by their names.
 */
export function formOf(type: Type): string {
  switch (type.kind) {
    case "scalar":
      return scalarForm(type.scalar);
    case "string":
      return "string";
    case "list":
      return `[${formOf(type.item)}]`;
    case "type":
      return targetForm(type.ref);
    default:
      return inPlace(type);
  }
}

function targetForm(ref: TypeRef): string {
  const { target } = ref;
  if (target?.kind === "enum") return scalarForm(target.base);
  return target?.kind === "struct" ? `struct ${layoutText(target)}` : typeText({ kind: "type", ref });
}

function scalarForm(scalar: Scalar): string {
  return scalar.startsWith("float") ? scalar : `integer of ${SCALAR_BYTES[scalar]} bytes`;
}

/** What a struct has at which offset, without names. */
export function layoutText({ fields, size, align }: Struct): string {
  const parts = fields.map(({ offset, type }) => `${inPlace(type)} at ${offset}`);
  return `{${parts.join(", ")}} of ${size} bytes, aligned to ${align}`;
}

function inPlace(type: Type): string {
  if (type.kind === "array") return `[${inPlace(type.item)}:${type.length}]`;
  if (type.kind !== "type") return typeText(type);
  const { target } = type.ref;
  if (target?.kind === "enum") return target.base;
  return target?.kind === "struct" ? layoutText(target) : typeText(type);
}

export function nameOf({ name, target }: TypeRef): string {
  return target?.fullName ?? name;
}
