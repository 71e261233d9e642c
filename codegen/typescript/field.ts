import { type Enum, type Field, isScalar, type Message } from "../model.js";
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
export type Value = Pick<Field, "type" | "asNumber" | "features" | "presence">;

export function messageOf({ type }: Value): Message | undefined {
  return typeof type !== "string" && type.target?.kind === "message" ? type.target : undefined;
}

/** The enum that a value is of, if that keeps numbers without a name from it. */
export function closedOf({ type }: Value): Enum | undefined {
  return typeof type !== "string" && type.target?.kind === "enum" && type.target.closed ? type.target : undefined;
}

/** A field's tag when its values stand alone. */
export function tagOf(value: Value, number: number): number {
  return number * 8 + wireTypeOf(value);
}

function wireTypeOf(value: Value): number {
  if (typeof value.type === "string") return WIRE_TYPES[value.type] ?? 0;
  if (messageOf(value) === undefined) return 0;
  return isGroup(value) ? 3 : 2;
}

/** Whether a value is a message between two tags; in maps, none are. */
export function isGroup(value: Value): boolean {
  return messageOf(value) !== undefined && value.features.message_encoding === "DELIMITED" && value.presence !== "map";
}

/** Whether lists of such values may be packed. */
export function isPackable(value: Value): boolean {
  return messageOf(value) === undefined && wireTypeOf(value) !== 2;
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

/** What a value is when nothing was sent and the schema does not say. */
export function defaultOf(file: File, { type, asNumber }: Value): string {
  if (type === "string") return '""';
  if (type === "bool") return "false";
  if (type === "bytes") return file.use("NO_BYTES");
  if (typeof type !== "string")
    return type.target?.kind === "enum" ? String(type.target.values[0]?.number) : "undefined";
  return type.endsWith("64") && !asNumber ? "0n" : "0";
}

/** The statement that writes `expression` with its tag. */
export function writeOne(file: File, value: Value, number: number, expression: string): string {
  const message = messageOf(value);
  const tag = tagOf(value, number);
  if (message === undefined) return `${file.use(`write${suffixOf(value)}`)}(w, ${tag}, ${expression});`;
  const write = file.use(isGroup(value) ? "writeGroup" : "writeMessage");
  return `${write}(w, ${tag}, ${expression}, ${file.helper(message, "write")});`;
}

/** The expression that reads one value, behind the tag of field `number`; messages go on in `into`. */
export function readOne(file: File, value: Value, number: number, into?: string): string {
  const message = messageOf(value);
  if (message !== undefined) {
    const rest = `${file.helper(message, "read")}${into === undefined ? "" : `, ${into}`})`;
    if (!isGroup(value)) return `${file.use("readMessage")}(r, end, ${rest}`;
    return `${file.use("readGroup")}(r, ${tagOf(value, number)}, end, ${rest}`;
  }
  if (value.type === "string") return `${file.use(isLoose(value) ? "readLooseString" : "readString")}(r, end)`;
  if (value.type === "bytes") return `${file.use("readBytes")}(r, end)`;
  const type = typeof value.type === "string" ? "" : `<${typeOf(file, value)}>`;
  return `${file.use(`read${suffixOf(value)}`)}${type}(r)`;
}

/** Whether a string may be something else than UTF-8. */
function isLoose({ features }: Value): boolean {
  return features.utf8_validation === "NONE";
}

/** A field as one line of its interface. */
export function declare(file: File, field: Field): string {
  const name = propertyName(field.name);
  const type = typeOf(file, field);
  if (field.presence === "repeated") return `${name}: ${type}[];`;
  if (field.presence === "map") return `${name}: ${mapType(file, field)};`;
  return isOptional(field) ? `${name}?: ${type} | undefined;` : `${name}: ${type};`;
}

/** Whether a field may be `undefined`. */
export function isOptional(field: Field): boolean {
  const message = messageOf(field);
  if (field.presence === "required") return message !== undefined && isEndless(message);
  return field.presence === "explicit" || message !== undefined;
}

/** Whether a message with all that is required in it has no end, so that none can be made; `ends` are known to have one. */
function isEndless(message: Message, inside = new Set<Message>(), ends = new Set<Message>()): boolean {
  if (inside.has(message)) return true;
  if (ends.has(message)) return false;
  inside.add(message);
  const required = message.fields.filter(({ presence }) => presence === "required");
  const found = required.some((field) => {
    const inner = messageOf(field);
    return inner !== undefined && isEndless(inner, inside, ends);
  });
  inside.delete(message);
  ends.add(message);
  return found;
}

export function mapType(file: File, field: Field): string {
  return `${file.global("Map")}<${typeOf(file, keyOf(field))}, ${typeOf(file, field)}>`;
}

/** The key of a map field. */
export function keyOf({ keyType, features, presence }: Field): Value {
  if (keyType === undefined || !isScalar(keyType)) throw new Error("not a map");
  return { type: keyType, asNumber: false, features, presence };
}
