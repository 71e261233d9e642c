import { type Enum, type Extension, type Field, type Message, type Scalar, SchemaError } from "./model.js";
import type { MessageValue, NumberValue, OptionPart, Value } from "./option.js";

/** A message, as far as its values are looked at. */
export type Fields = Pick<Message, "fullName" | "fields">;

/** Finds what a file can name. */
export interface Names {
  /** The extension that is called `name` in `scope`. */
  extension(name: string, scope: string): Extension | undefined;
  message(fullName: string): Message | undefined;
}

/** What is asked while values are checked. */
export interface Finder extends Names {
  /** Refuses a field that cannot be set to a value where the option stands. */
  check(field: Field, value: Value): void;
}

/** Refuses what a custom option cannot be set to. */
export function checkValue(field: Field, value: Value, find: Finder): void {
  const { type, name } = field;
  find.check(field, value);
  if (typeof type === "string") return refuseUnless(scalarTakes(type, value), type, value, name);
  if (type.target?.kind === "enum") return refuseUnless(isValueOf(type.target, value), type.name, value, name);
  if (value.kind !== "message") throw new SchemaError(value.at, `${name} is a message: set it as { … }`);
  if (type.target !== undefined) checkFields(value, fieldsOf(field, type.target), find);
}

function refuseUnless(fits: boolean, type: string, { at }: Value, name: string): void {
  if (!fits) throw new SchemaError(at, `this cannot be the value of ${name}, which is ${type}`);
}

/** Whether an option of a type can be set to a value: protoc makes no integers of booleans, or the reverse, here. */
function scalarTakes(type: Scalar, value: Value): boolean {
  if (type === "string" || type === "bytes") return value.kind === "string";
  if (type === "bool") return value.kind === "name" && (value.text === "true" || value.text === "false");
  if (type === "float" || type === "double") {
    return value.kind === "number" || (value.kind === "name" && /^-?(inf|nan)$/.test(value.text));
  }
  return value.kind === "number" && inRange(type, value);
}

/** Whether a number is an integer that fits into a type. */
export function inRange(type: Scalar, { integer }: NumberValue): boolean {
  if (integer === undefined) return false;
  const bits = type.endsWith("64") ? 64 : 32;
  const unsigned = type.startsWith("u") || type.startsWith("fixed");
  return (unsigned ? BigInt.asUintN(bits, integer) : BigInt.asIntN(bits, integer)) === integer;
}

function isValueOf({ values }: Enum, value: Value): boolean {
  return value.kind === "name" && values.some(({ name }) => name === value.text);
}

/** What the entries of a map have for fields. */
function fieldsOf(field: Field, target: Message): Fields {
  return field.presence === "map" ? entryOf(field) : target;
}

function entryOf({ keyType, ...field }: Field): Fields {
  const shared = { ...field, presence: "explicit" as const };
  const key = keyType === undefined ? [] : [{ ...shared, name: "key", type: keyType }];
  return { fullName: `an entry of ${field.name}`, fields: [...key, { ...shared, name: "value" }] };
}

/** Refuses a value in the text format whose fields its message does not have, or that cannot be so. */
export function checkFields({ fields, at }: MessageValue, message: Fields, find: Finder): void {
  const set = new Set<string>();
  for (const { name, value } of fields) {
    if (name.custom && name.name.includes("/")) {
      checkAny(name, value, message, find);
      continue;
    }
    const field = name.custom ? extensionOf(name, message, find) : fieldOf(name, message);
    const many = field.presence === "repeated" || field.presence === "map";
    for (const key of many ? [] : [name.name, ...(field.oneof === undefined ? [] : [`oneof ${field.oneof}`])]) {
      if (set.has(key)) throw new SchemaError(name.at, `${name.name} is set twice, or beside another of its oneof`);
      set.add(key);
    }
    checkText(field, value, many, find);
  }
  const missing = message.fields.find((field) => field.presence === "required" && !set.has(field.name));
  if (missing !== undefined)
    throw new SchemaError(at, `${missing.name} is missing, which ${message.fullName} requires`);
}

function fieldOf({ name, at }: OptionPart, { fullName, fields }: Fields): Field {
  const isGroup = (field: Field): boolean => field.features.message_encoding === "DELIMITED";
  const field =
    fields.find((known) => known.name === name) ??
    fields.find((known) => isGroup(known) && typeof known.type !== "string" && known.type.name === name);
  if (field === undefined) throw new SchemaError(at, `${fullName} has no field ${name}`);
  return field;
}

function extensionOf({ name, at }: OptionPart, { fullName }: Fields, find: Finder): Extension {
  const extension = find.extension(name, fullName);
  if (extension?.extendee.target?.fullName !== fullName) {
    throw new SchemaError(at, `${fullName} has no extension ${name} that is declared here or in a file imported here`);
  }
  return extension;
}

/** `[type.googleapis.com/a.B] { … }`: a message inside of an `Any`. */
function checkAny({ name, at }: OptionPart, value: Value, { fullName }: Fields, find: Finder): void {
  const [domain, type = ""] = name.split("/");
  const message = domain === "type.googleapis.com" || domain === "type.googleprod.com" ? find.message(type) : undefined;
  if (fullName !== "google.protobuf.Any" || message === undefined) {
    throw new SchemaError(at, `[${name}] is not the type of a message that can stand here`);
  }
  if (value.kind !== "message") throw new SchemaError(value.at, `[${name}] is a message: set it as { … }`);
  checkFields(value, message, find);
}

/** A value in the text format. */
function checkText(field: Field, value: Value, many: boolean, find: Finder): void {
  const { type, name } = field;
  find.check(field, value);
  if (value.kind === "list") {
    if (!many) throw new SchemaError(value.at, `${name} is not repeated`);
    return value.values.forEach((item) => checkText(field, item, false, find));
  }
  if (field.presence === "map") return checkMessage(field, value, entryOf(field), find);
  if (typeof type === "string") return refuseUnless(scalarReads(type, value), type, value, name);
  const { target } = type;
  if (target?.kind === "message") checkMessage(field, value, target, find);
  if (target?.kind === "enum") refuseUnless(enumReads(target, value), type.name, value, name);
}

function checkMessage({ name }: Field, value: Value, message: Fields, find: Finder): void {
  if (value.kind !== "message") throw new SchemaError(value.at, `${name} is a message: set it as { … }`);
  checkFields(value, message, find);
}

/** Whether the text format reads a value as one of `type`; it knows more names than options do. */
function scalarReads(type: Scalar, value: Value): boolean {
  if (type === "bool") {
    if (value.kind === "number") return value.integer === 0n || value.integer === 1n;
    return value.kind === "name" && /^([Tt]rue|[Ff]alse|t|f)$/.test(value.text);
  }
  if (type === "float" || type === "double") {
    return value.kind === "number" || (value.kind === "name" && /^-?(inf|infinity|nan)f?$/i.test(value.text));
  }
  return scalarTakes(type, value);
}

function enumReads(type: Enum, value: Value): boolean {
  if (value.kind !== "number") return isValueOf(type, value);
  return inRange("int32", value) && (!type.closed || type.values.some(({ number }) => number === value.value));
}
