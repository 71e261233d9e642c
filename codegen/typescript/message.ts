import { idOf } from "../hash.js";
import type { Enum, Field, Message } from "../model.js";
import { doc } from "./doc.js";
import { declare, defaultOf, isOptional, keyOf, mapType, typeOf } from "./field.js";
import type { File } from "./file.js";
import { emitJson } from "./json.js";
import { propertyName, upperFirst, valueNames } from "./names.js";
import { readCases, readEntry, readLoop } from "./read.js";
import { sizeOfMessage } from "./size.js";
import { writeEntry, writeLine, writeOneof } from "./write.js";

const WIDTH = 120;

/** A property of a message's interface: a field, or a oneof with its fields. */
interface Property {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly isOneof: boolean;
}

/** In the order of the schema; a oneof stands where its first field does. */
function propertiesOf(message: Message): Property[] {
  const names = new Set(message.fields.map(({ oneof, name }) => oneof ?? name));
  return [...names].map((name) => {
    const fields = message.fields.filter((field) => (field.oneof ?? field.name) === name);
    return { name, fields, isOneof: fields.some(({ oneof }) => oneof !== undefined) };
  });
}

/** All that is generated for one message. */
export function emitMessage(file: File, message: Message): string {
  const name = file.names.of(message);
  const { make, write, read } = file.names.helpers(message);
  const entries = new Map(
    message.fields.filter(({ presence }) => presence === "map").map((field) => [field, takeEntry(file, name, field)]),
  );
  const json = emitJson(file, message);
  const args = [`"${message.fullName}"`, idOf(message.fullName), make, write, read, json.form].join(", ");
  const codec = `export const ${name}: ${file.codecType("Codec")}<${name}> = /* @__PURE__ */ ${file.use("messageCodec")}(`;
  return [
    emitInterface(file, message),
    codec.length + args.length + 2 <= WIDTH ? `${codec}${args});\n` : `${codec}\n  ${args},\n);\n`,
    emitMake(file, message, make),
    emitWrite(file, message, write, entries),
    emitRead(file, message, read, entries),
    ...[...entries].flatMap(([field, entry]) => emitEntry(file, field, entry)),
    ...json.table,
  ].join("\n");
}

function emitInterface(file: File, message: Message): string {
  const head = `${doc(message)}export interface ${file.names.of(message)} extends ${file.codecType("WithUnknown")} {`;
  if (message.fields.length === 0) return `${head}}\n`;
  const members = propertiesOf(message).map(({ name, fields, isOneof }) => {
    if (isOneof) return declareOneof(file, message, name, fields);
    return fields.map((field) => `${doc(field, "  ", [`\`${field.source}\``])}  ${declare(file, field)}\n`).join("");
  });
  return `${head}\n${members.join("")}}\n`;
}

function declareOneof(file: File, message: Message, name: string, fields: readonly Field[]): string {
  const cases = fields.map((field) => {
    const lines = doc(field, "    ", [`\`${field.source}\``]);
    return `${lines}    | { case: "${propertyName(field.name)}"; value: ${typeOf(file, field)} }\n`;
  });
  const oneof = message.oneofs.find((part) => part.name === name)!;
  return `${doc(oneof, "  ", [`\`oneof ${name}\``])}  ${propertyName(name)}?:\n${cases.join("")}    | undefined;\n`;
}

function emitMake(file: File, message: Message, make: string): string {
  const fields = propertiesOf(message).map(({ name, fields: [field], isOneof }) => {
    return `${propertyName(name)}: ${isOneof || field === undefined ? "undefined" : initial(file, field)}`;
  });
  const line = `  return { ${fields.join(", ")} };\n`;
  const body =
    line.length <= WIDTH + 1 ? line : `  return {\n${fields.map((field) => `    ${field},\n`).join("")}  };\n`;
  return `function ${make}(): ${file.names.of(message)} {\n${fields.length === 0 ? "  return {};\n" : body}}\n`;
}

function initial(file: File, field: Field): string {
  if (field.presence === "repeated") return "[]";
  if (field.presence === "map") return `new ${file.global("Map")}()`;
  return isOptional(field) ? "undefined" : defaultOf(file, field);
}

function emitWrite(file: File, message: Message, write: string, entries: Entries): string {
  const lines = propertiesOf(message).map(({ name, fields, isOneof }) => {
    if (isOneof) return writeOneof(file, name, fields);
    return fields.map((field) => writeLine(file, field, entries.get(field)?.write)).join("");
  });
  const unknown = `m[${file.use("UNKNOWN")}]`;
  const last = `  if (${unknown}) ${file.use("writeUnknown")}(w, ${unknown});\n`;
  const type = `${file.global("Partial")}<${file.names.of(message)}>`;
  return `export function ${write}(w: ${file.codecType("Writer")}, m: ${type}): void {\n${lines.join("")}${last}}\n`;
}

function emitRead(file: File, message: Message, read: string, entries: Entries): string {
  const name = file.names.of(message);
  const cases = message.fields.map((field) => readCases(file, field, entries.get(field)?.read)).join("");
  const { make } = file.names.helpers(message);
  const fresh = `${file.use("charge")}(r, ${sizeOfMessage(message)}, ${make}())`;
  const head = `export function ${read}(r: ${file.codecType("Reader")}, end: number, m: ${name} = ${fresh}): ${name} {\n`;
  const loop = readLoop(file, cases, (tag) => `${file.use("keepField")}(r, ${tag}, end, m)`);
  return `${head}${loop}  return m;\n}\n`;
}

type Entries = ReadonlyMap<Field, { readonly write: string; readonly read: string }>;

function takeEntry(file: File, message: string, field: Field): { write: string; read: string } {
  const name = `${upperFirst(message)}${upperFirst(propertyName(field.name))}Entry`;
  return { write: file.names.take(`write${name}`), read: file.names.take(`read${name}`) };
}

function emitEntry(file: File, field: Field, { write, read }: { write: string; read: string }): string[] {
  const key = keyOf(field);
  const types = `${typeOf(file, key)}, ${typeOf(file, field)}`;
  return [writeEntry(file, write, key, field, types), readEntry(file, read, key, field, mapType(file, field))];
}

/** An enum, as a frozen set of numbers and their union; numbers that it does not name pass at run time. */
export function emitEnum(file: File, type: Enum): string {
  const name = file.names.of(type);
  const names = valueNames(type);
  const values = type.values.map((value, i) => {
    const key = names[i] === "__proto__" ? '["__proto__"]' : names[i];
    return `${doc(value, "  ")}  ${key}: ${value.number},\n`;
  });
  return [
    `${doc(type)}export const ${name} = {\n${values.join("")}} as const;\n`,
    `export type ${name} = (typeof ${name})[keyof typeof ${name}];\n`,
  ].join("");
}
