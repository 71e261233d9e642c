import type { Enum, Field, Message, Scalar } from "../model.js";
import { isOptional, type Value } from "./field.js";
import type { File } from "./file.js";
import { enumPrefix, propertyName } from "./names.js";

// What JSON needs to know of a message: a table of its fields, one line each, which the runtime reads.

const SINGULAR: ReadonlySet<string> = new Set(["implicit", "explicit"]);

/** The function that gives the fields of a message as JSON has them; `name` is what it is called. */
export function emitJson(file: File, name: string, message: Message): string {
  const lines = message.fields.map((part) => `    { ${entryOf(file, part)} },\n`);
  const list = lines.length === 0 ? "[]" : `[\n${lines.join("")}  ]`;
  return `function ${name}(): readonly ${file.codecType("JsonField")}[] {\n  return ${list};\n}\n`;
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
