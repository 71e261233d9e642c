import type { Enum, Field, Message, Scalar } from "../model.js";
import { isOptional, type Value } from "./field.js";
import type { File } from "./file.js";
import { enumPrefix, propertyName } from "./names.js";

// What JSON needs to know of a message: a table of its fields, one line each, which the runtime reads.

/** The types that JSON has a form of its own for, and what the runtime calls it. */
const OWN_FORMS: Partial<Record<string, string>> = {
  "google.protobuf.Any": "anyJson",
  "google.protobuf.Duration": "durationJson",
  "google.protobuf.FieldMask": "fieldMaskJson",
  "google.protobuf.ListValue": "listValueJson",
  "google.protobuf.Struct": "structJson",
  "google.protobuf.Timestamp": "timestampJson",
  "google.protobuf.Value": "valueJson",
};

const SINGULAR: ReadonlySet<string> = new Set(["implicit", "explicit"]);

const WRAPPER = /^google\.protobuf\.(?:Double|Float|U?Int(?:32|64)|Bool|String|Bytes)Value$/;

/** How JSON has a message: the expression that its codec is made with, and the function behind it, if it takes one. */
export function emitJson(file: File, message: Message): { readonly form: string; readonly table: readonly string[] } {
  const own = OWN_FORMS[message.fullName];
  if (own !== undefined) return { form: file.use(own), table: [] };
  const [field] = message.fields;
  if (field !== undefined && WRAPPER.test(message.fullName)) {
    return { form: `/* @__PURE__ */ ${file.use("wrapperJson")}(${typeOf(file, field)})`, table: [] };
  }
  const { fields: name } = file.names.helpers(message);
  const lines = message.fields.map((part) => `    { ${entryOf(file, part)} },\n`);
  const list = lines.length === 0 ? "[]" : `[\n${lines.join("")}  ]`;
  const head = `function ${name}(): readonly ${file.codecType("JsonField")}[] {\n`;
  return { form: name, table: [`${head}  return ${list};\n}\n`] };
}

/** A field as one entry of such a table, without its braces. */
export function entryOf(file: File, field: Field, property = propertyName(field.name)): string {
  const { name, jsonName, oneof, presence, keyType } = field;
  const parts = [
    `name: ${JSON.stringify(name)}`,
    ...(jsonName === name ? [] : [`json: ${JSON.stringify(jsonName)}`]),
    ...(property === jsonName ? [] : [`property: ${JSON.stringify(property)}`]),
    ...(oneof === undefined ? [] : [`oneof: ${JSON.stringify(propertyName(oneof))}`]),
    ...(presence === "map" && keyType !== undefined ? [`key: ${JSON.stringify(plain(keyType))}`] : []),
    `type: ${typeOf(file, field)}`,
    ...(presence === "repeated" ? ["list: true"] : []),
    ...(presence === "required" ? ["required: true"] : []),
    ...(oneof === undefined && SINGULAR.has(presence) && isOptional(field) ? ["optional: true"] : []),
  ];
  return parts.join(", ");
}

function typeOf(file: File, { type, asNumber }: Value): string {
  if (typeof type === "string") return JSON.stringify(plain(type) + (asNumber ? "Number" : ""));
  const { target } = type;
  return target?.kind === "message" ? file.codec(target) : enumOf(file, target!);
}

function enumOf(file: File, type: Enum): string {
  const prefix = enumPrefix(type);
  const parts = [...(prefix === "" ? [] : [`prefix: "${prefix}"`]), ...(type.closed ? ["isClosed: true"] : [])];
  const options = parts.length === 0 ? "" : `, { ${parts.join(", ")} }`;
  return `${file.use("jsonEnum")}("${type.fullName}", ${file.value(type)}${options})`;
}

/** JSON does not tell apart how an integer is encoded. */
function plain(type: Scalar): string {
  if (!/\d/.test(type)) return type;
  return (/^(?:u|fixed)/.test(type) ? "uint" : "int") + type.slice(-2);
}
