import { type Field, isScalar, type Message, type Scalar } from "../model.js";
import type { File } from "./file.js";
import { propertyName, upperFirst } from "./names.js";

const WIRE_TYPES: Partial<Record<string, number>> = {
  double: 1,
  fixed64: 1,
  sfixed64: 1,
  string: 2,
  bytes: 2,
  float: 5,
  fixed32: 5,
  sfixed32: 5,
};

const LISTED = new Set(["double", "float", "int32", "uint32", "sint32"]);

/** What a field, a list item, a map key or a map value holds. */
export interface Value {
  readonly type: Field["type"];
  readonly asNumber: boolean;
}

export function messageOf({ type }: Value): Message | undefined {
  return typeof type !== "string" && type.target?.kind === "message" ? type.target : undefined;
}

/** A field's tag when its values stand alone. */
export function tagOf(value: Value, number: number): number {
  return number * 8 + wireTypeOf(value);
}

function wireTypeOf(value: Value): number {
  if (typeof value.type === "string") return WIRE_TYPES[value.type] ?? 0;
  return messageOf(value) === undefined ? 0 : 2;
}

/** Whether lists of such values may be packed. */
export function isPackable(value: Value): boolean {
  return wireTypeOf(value) !== 2;
}

/** How many bytes each such value takes, if all take as many. */
export function fixedSize(value: Value): number | undefined {
  const wireType = wireTypeOf(value);
  return wireType === 1 ? 8 : wireType === 5 ? 4 : undefined;
}

/** Whether the runtime has functions for whole packed lists of such values. */
export function hasListFunctions(value: Value): boolean {
  return typeof value.type === "string" && LISTED.has(value.type);
}

/** How the functions of the runtime for such a value end: `Int64Number`. */
export function suffixOf({ type, asNumber }: Value): string {
  return typeof type === "string" ? upperFirst(type) + (asNumber ? "Number" : "") : "Enum";
}

export function typeOf(file: File, { type, asNumber }: Value): string {
  if (typeof type !== "string") return file.type(type.target!);
  if (type === "string") return "string";
  if (type === "bool") return "boolean";
  if (type === "bytes") return file.global("Uint8Array");
  return type.endsWith("64") && !asNumber ? "bigint" : "number";
}

/** What a value is when nothing was sent. */
export function defaultOf(file: File, { type, asNumber }: Value): string {
  if (type === "string") return '""';
  if (type === "bool") return "false";
  if (type === "bytes") return file.use("NO_BYTES");
  return typeof type === "string" && type.endsWith("64") && !asNumber ? "0n" : "0";
}

/** The statement that writes `expression` with its tag. */
export function writeOne(file: File, value: Value, number: number, expression: string): string {
  const message = messageOf(value);
  const tag = tagOf(value, number);
  if (message === undefined) return `${file.use(`write${suffixOf(value)}`)}(w, ${tag}, ${expression});`;
  return `${file.use("writeMessage")}(w, ${tag}, ${expression}, ${file.helper(message, "write")});`;
}

/** The expression that reads one value; messages go on in `into`. */
export function readOne(file: File, value: Value, into?: string): string {
  const message = messageOf(value);
  if (message !== undefined) {
    const rest = into === undefined ? "" : `, ${into}`;
    return `${file.use("readMessage")}(r, end, ${file.helper(message, "read")}${rest})`;
  }
  const end = value.type === "string" || value.type === "bytes" ? ", end" : "";
  const type = typeof value.type === "string" ? "" : `<${typeOf(file, value)}>`;
  return `${file.use(`read${suffixOf(value)}`)}${type}(r${end})`;
}

/** A field as one line of its interface. */
export function declare(file: File, field: Field): string {
  const name = propertyName(field.name);
  const type = typeOf(file, field);
  if (field.presence === "repeated") return `${name}: ${type}[];`;
  if (field.presence === "map") return `${name}: ${mapType(file, field)};`;
  return isOptional(field) ? `${name}?: ${type} | undefined;` : `${name}: ${type};`;
}

export function isOptional(field: Field): boolean {
  return field.presence === "explicit" || messageOf(field) !== undefined;
}

export function mapType(file: File, field: Field): string {
  return `${file.global("Map")}<${typeOf(file, keyOf(field))}, ${typeOf(file, field)}>`;
}

/** The key of a map field. */
export function keyOf({ keyType }: Field): { readonly type: Scalar; readonly asNumber: false } {
  if (keyType === undefined || !isScalar(keyType)) throw new Error("not a map");
  return { type: keyType, asNumber: false };
}
