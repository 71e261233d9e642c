import { watch } from "../crowding.js";
import type { JsonContext } from "./context.js";
import { isNull, readEnumJson } from "./enum.js";
import { type JsonField, type JsonScalar, nameOf, propertiesOf, propertyOf } from "./field.js";
import { readKey, refuse, SCALARS } from "./scalar.js";
import { isJsonObject, type JsonValue } from "./value.js";

/** The fields of a message by each name that JSON may call them. */
export type FieldsByName = ReadonlyMap<string, JsonField>;

/** Quotes, a colon and a comma. */
const AROUND_NAME = 4;

export function byName(fields: readonly JsonField[]): FieldsByName {
  const names = new Map(fields.map((field) => [field.name, field]));
  for (const field of fields) names.set(nameOf(field), field);
  return names;
}

/** Reads a JSON object into the new message `message`; `readOther` takes what is none of its fields, if it knows it. */
export function readFields<T extends object>(
  json: JsonValue,
  message: T,
  fields: FieldsByName,
  c: JsonContext,
  readOther: (name: string, json: JsonValue) => boolean = () => false,
): T {
  if (!isJsonObject(json)) return refuse(c, json, "an object");
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(json)) {
    c.earn(name.length + AROUND_NAME);
    const field = fields.get(name);
    if (field !== undefined) c.field(name, () => readField(value, field, { message, seen }, c));
    else if (!readOther(name, value) && !c.options.ignoreUnknown)
      c.field(name, () => c.fail("the schema has no such field"));
  }
  for (const field of fields.values()) {
    if (field.required && !seen.has(propertyOf(field))) c.field(nameOf(field), () => c.fail("is required"));
  }
  return message;
}

/** A message that is being read, and the properties that were given so far. */
interface Progress {
  readonly message: object;
  readonly seen: Set<string>;
}

function readField(json: JsonValue, field: JsonField, { message, seen }: Progress, c: JsonContext): void {
  const property = field.oneof ?? propertyOf(field);
  if (json === null && !takesNull(field, c)) return;
  if (seen.has(property)) c.fail(field.oneof === undefined ? "is given twice" : "is not the only case of its oneof");
  seen.add(property);
  const value = read(json, field, c);
  if (value === undefined) return;
  propertiesOf(message)[property] = field.oneof === undefined ? value : { case: propertyOf(field), value };
}

/** Whether `null` is a value of the field, and not the same as leaving it out. */
function takesNull({ type, list, key }: JsonField, c: JsonContext): boolean {
  if (typeof type === "string" || list || key !== undefined) return false;
  return "numbers" in type ? isNull(type) : c.formOf(type).takesNull === true;
}

function read(json: JsonValue, field: JsonField, c: JsonContext): unknown {
  if (field.list) return readList(json, field, c);
  if (field.key === undefined) return readValue(json, field, c);
  const { key } = field;
  return c.deeper(() => readMap(json, key, field, c));
}

function readList(json: JsonValue, field: JsonField, c: JsonContext): unknown[] {
  if (!Array.isArray(json)) return refuse(c, json, "an array");
  c.earn(json.length);
  return json.map((item, i) => c.item(i, () => readValue(item, field, c))).filter((item) => item !== undefined);
}

function readMap(json: JsonValue, type: JsonScalar, field: JsonField, c: JsonContext): Map<unknown, unknown> {
  if (!isJsonObject(json)) return refuse(c, json, "an object");
  const map = new Map<unknown, unknown>();
  const crowds = new Map<object, Uint32Array>();
  for (const [name, item] of Object.entries(json)) {
    c.earn(name.length + AROUND_NAME);
    c.item(name, () => {
      const key = readKey(type, name, c);
      if (typeof key === "number" || typeof key === "bigint") watch(crowds, map, key);
      if (map.has(key)) c.fail("is given twice");
      const value = readValue(item, field, c);
      if (value !== undefined) map.set(key, value);
    });
  }
  return map;
}

/** One value; nothing for an enum's name that may be ignored. */
function readValue(json: JsonValue, { type }: JsonField, c: JsonContext): unknown {
  c.earn(typeof json === "string" ? json.length : 1);
  if (typeof type === "string") return SCALARS[type].read(json, c);
  return "numbers" in type ? readEnumJson(type, json, c) : c.formOf(type).read(json, c);
}
