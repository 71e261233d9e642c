import type { Enum, Field, Message } from "../model.js";
import { upperCamel } from "../proto/json-name.js";

/** The full name of the message that a map's entries are, which nobody writes. */
export function entryName(field: Field, message: string): string {
  return `${message}.${upperCamel(field.name)}Entry`;
}

/** The type of a field: a scalar, or what kind of type and its full name. */
export interface FieldType {
  readonly kind: string;
  /** Of an enum, a message or a group. */
  readonly name: string;
  readonly target: Message | Enum | undefined;
}

export function typeOf(field: Field, message: string): FieldType {
  const { type, presence, features } = field;
  if (presence === "map") return { kind: "message", name: entryName(field, message), target: undefined };
  if (typeof type === "string") return { kind: type, name: "", target: undefined };
  const target = type.target;
  const delimited = features.message_encoding === "DELIMITED";
  const kind = target?.kind === "message" && delimited ? "group" : (target?.kind ?? "");
  return { kind, name: target?.fullName ?? type.name, target };
}

/** How a type is called in a sentence. */
export function typeText({ kind, name }: FieldType): string {
  return name === "" ? kind : `${kind} ${name}`;
}

/** How often a field can be there, and whether it can be told that it is not: always, of a message. */
export function cardinalityOf({ presence, type, oneof }: Field): Field["presence"] {
  const isMessage = typeof type !== "string" && type.target?.kind === "message";
  return presence === "implicit" && (isMessage || oneof !== undefined) ? "explicit" : presence;
}

/** Types whose values are written the same way, and so can be read as one another. */
const ENCODINGS = [
  ["int32", "int64", "uint32", "uint64", "bool"],
  ["sint32", "sint64"],
  ["fixed32", "sfixed32"],
  ["fixed64", "sfixed64"],
];

/** Whether what was written as `old` can be read as `now`. */
export function isReadable(old: FieldType, now: FieldType): boolean {
  if (old.kind !== now.kind) {
    if (old.kind === "string" && now.kind === "bytes") return true;
    return ENCODINGS.some((kinds) => kinds.includes(old.kind) && kinds.includes(now.kind));
  }
  if (old.name === now.name) return true;
  return old.target?.kind === "enum" && now.target?.kind === "enum" && isWider(old.target, now.target);
}

/** Whether an enum of the same short name has all values of another one. */
function isWider(old: Enum, now: Enum): boolean {
  const numbers = new Map(now.values.map(({ name, number }) => [name, number]));
  return old.name === now.name && old.values.every(({ name, number }) => numbers.get(name) === number);
}
