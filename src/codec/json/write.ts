import type { JsonContext } from "./context.js";
import { writeEnumJson } from "./enum.js";
import { type JsonField, type JsonScalar, nameOf, propertiesOf, propertyOf } from "./field.js";
import { refuse, SCALARS, writeKey } from "./scalar.js";
import { type JsonObject, type JsonValue, put } from "./value.js";

/** The fields of a message that there is something to say of. */
export function writeFields(message: object, fields: readonly JsonField[], c: JsonContext): JsonObject {
  const json: JsonObject = {};
  for (const field of fields) {
    const name = c.options.useProtoNames ? field.name : nameOf(field);
    const value = c.field(name, () => writeField(valueOf(message, field), field, c));
    if (value !== undefined) put(json, name, value);
  }
  return json;
}

function valueOf(message: object, field: JsonField): unknown {
  const properties = propertiesOf(message);
  if (field.oneof === undefined) return properties[propertyOf(field)];
  const chosen = properties[field.oneof];
  if (typeof chosen !== "object" || chosen === null) return undefined;
  const { case: name, value } = propertiesOf(chosen);
  return name === propertyOf(field) ? value : undefined;
}

function writeField(value: unknown, field: JsonField, c: JsonContext): JsonValue | undefined {
  if (field.list) return writeList(value ?? [], field, c);
  if (field.key !== undefined) return writeMap(value ?? new Map(), field.key, field, c);
  if (value === undefined && field.required) return c.fail("is required, but not set");
  if (field.optional || field.required || field.oneof !== undefined) {
    return value === undefined ? undefined : writeValue(value, field, c);
  }
  const scalar = SCALARS[typeof field.type === "string" ? field.type : "int32"];
  const given = value ?? scalar.empty;
  return scalar.isEmpty(given) && !c.options.emitDefaults ? undefined : writeValue(given, field, c);
}

function writeList(value: unknown, field: JsonField, c: JsonContext): JsonValue | undefined {
  if (!Array.isArray(value)) return refuse(c, value, "an array");
  if (value.length === 0 && !c.options.emitDefaults) return undefined;
  return value.map((item: unknown, i) => c.item(i, () => writeValue(item, field, c)));
}

function writeMap(value: unknown, type: JsonScalar, field: JsonField, c: JsonContext): JsonValue | undefined {
  if (!(value instanceof Map)) return refuse(c, value, "a Map");
  if (value.size === 0 && !c.options.emitDefaults) return undefined;
  return c.deeper(() => {
    const json: JsonObject = {};
    for (const [key, item] of value) {
      const name = writeKey(type, key, c);
      const written = c.item(name, () => writeValue(item, field, c));
      put(json, name, written);
    }
    return json;
  });
}

function writeValue(value: unknown, { type }: JsonField, c: JsonContext): JsonValue {
  if (typeof type === "string") return SCALARS[type].write(value, c);
  if ("numbers" in type) return writeEnumJson(type, value, c);
  return typeof value === "object" && value !== null ? c.formOf(type).write(value, c) : refuse(c, value, "a message");
}
