import { JsonContext, type JsonForm } from "../json/context.js";
import { refuse, SCALARS } from "../json/scalar.js";
import { isJsonObject, type JsonObject, type JsonValue, put } from "../json/value.js";

/** A `google.protobuf.Struct`: a JSON object. */
export interface StructMessage {
  fields: Map<string, ValueMessage>;
}

/** A `google.protobuf.Value`: any JSON value. */
export interface ValueMessage {
  kind?:
    | { case: "nullValue"; value: 0 }
    | { case: "numberValue"; value: number }
    | { case: "stringValue"; value: string }
    | { case: "boolValue"; value: boolean }
    | { case: "structValue"; value: StructMessage }
    | { case: "listValue"; value: ListValueMessage }
    | undefined;
}

/** A `google.protobuf.ListValue`: a JSON array. */
export interface ListValueMessage {
  values: ValueMessage[];
}

/** A JSON object as a message. Throws `invalid_argument` for what is no JSON, or nests deeper than 100. */
export function structFromJson(json: JsonObject): StructMessage {
  return readStruct(json, new JsonContext("google.protobuf.Struct"));
}

/** The JSON object that a message stands for. Throws `invalid_argument` for NaN, infinities and values that hold nothing. */
export function structToJson(message: Partial<StructMessage>): JsonObject {
  return writeStruct(message, new JsonContext("google.protobuf.Struct"));
}

/** Any JSON value as a message. Throws as `structFromJson` does. */
export function valueFromJson(json: JsonValue): ValueMessage {
  return readValue(json, new JsonContext("google.protobuf.Value"));
}

/** The JSON value that a message stands for. Throws as `structToJson` does. */
export function valueToJson(message: Partial<ValueMessage>): JsonValue {
  return writeValue(message, new JsonContext("google.protobuf.Value"));
}

/** A JSON array as a message. Throws as `structFromJson` does. */
export function listValueFromJson(json: readonly JsonValue[]): ListValueMessage {
  return readList([...json], new JsonContext("google.protobuf.ListValue"));
}

/** The JSON array that a message stands for. Throws as `structToJson` does. */
export function listValueToJson(message: Partial<ListValueMessage>): JsonValue[] {
  return writeList(message, new JsonContext("google.protobuf.ListValue"));
}

export const structJson: JsonForm<StructMessage> = { isOwn: true, write: writeStruct, read: readStruct };
export const valueJson: JsonForm<ValueMessage> = { isOwn: true, takesNull: true, write: writeValue, read: readValue };
export const listValueJson: JsonForm<ListValueMessage> = { isOwn: true, write: writeList, read: readList };

function writeStruct({ fields = new Map() }: Partial<StructMessage>, c: JsonContext): JsonObject {
  return c.deeper(() => {
    const json: JsonObject = {};
    for (const [name, value] of fields)
      put(
        json,
        name,
        c.item(name, () => writeValue(value, c)),
      );
    return json;
  });
}

function readStruct(json: JsonValue, c: JsonContext): StructMessage {
  if (!isJsonObject(json)) return refuse(c, json, "an object");
  const read = ([name, value]: [string, JsonValue]) =>
    [SCALARS.string.read(name, c), c.item(name, () => readValue(value, c))] as const;
  return c.deeper(() => ({ fields: new Map(Object.entries(json).map(read)) }));
}

function writeList({ values = [] }: Partial<ListValueMessage>, c: JsonContext): JsonValue[] {
  return c.deeper(() => values.map((value, i) => c.item(i, () => writeValue(value, c))));
}

function readList(json: JsonValue, c: JsonContext): ListValueMessage {
  if (!Array.isArray(json)) return refuse(c, json, "an array");
  return c.deeper(() => ({ values: json.map((value, i) => c.item(i, () => readValue(value, c))) }));
}

function writeValue({ kind }: Partial<ValueMessage>, c: JsonContext): JsonValue {
  switch (kind?.case) {
    case "nullValue":
      return null;
    case "numberValue":
      return finite(kind.value, c);
    case "stringValue":
      return SCALARS.string.write(kind.value, c);
    case "boolValue":
      return SCALARS.bool.write(kind.value, c);
    case "structValue":
      return writeStruct(kind.value, c);
    case "listValue":
      return writeList(kind.value, c);
    default:
      return c.fail("a google.protobuf.Value holds nothing: set its kind");
  }
}

function readValue(json: JsonValue, c: JsonContext): ValueMessage {
  if (json === null) return { kind: { case: "nullValue", value: 0 } };
  if (typeof json === "string") return { kind: { case: "stringValue", value: SCALARS.string.read(json, c) } };
  if (typeof json === "boolean") return { kind: { case: "boolValue", value: json } };
  if (Array.isArray(json)) return { kind: { case: "listValue", value: readList(json, c) } };
  if (typeof json === "object") return { kind: { case: "structValue", value: readStruct(json, c) } };
  return { kind: { case: "numberValue", value: finite(json, c) } };
}

/** A number as JSON can say it. */
function finite(value: number, c: JsonContext): number {
  return Number.isFinite(value) ? value : refuse(c, value, "a JSON value");
}
