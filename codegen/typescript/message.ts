import { idOf } from "../hash.js";
import type { Field, Message } from "../model.js";
import { doc } from "./doc.js";
import { declaredDefault, emitDefaults } from "./default.js";
import { declare, isOptional, keyOf, mapType, typeOf } from "./field.js";
import type { File } from "./file.js";
import { emitJson } from "./json.js";
import { emitMake } from "./make.js";
import { propertyName, upperFirst } from "./names.js";
import { propertiesOf } from "./property.js";
import { lackLine, readCases, readEntry, readFunction } from "./read.js";
import { sizeOfMessage } from "./size.js";
import { writeEntry, writeFunction, writeLine, writeOneof } from "./write.js";

const WIDTH = 120;

/** All that is generated for one message. */
export function emitMessage(file: File, message: Message): string {
  const name = file.names.of(message);
  const { make, write, read, fields } = file.names.helpers(message);
  const entries = new Map(
    message.fields.filter(({ presence }) => presence === "map").map((field) => [field, takeEntry(file, name, field)]),
  );
  const isBare = message.fields.some((field) => field.presence === "required" && !isOptional(field));
  const bare = isBare ? file.names.take(`bare${upperFirst(name)}`) : undefined;
  const args = [`"${message.fullName}"`, idOf(message.fullName), make, write, read, fields].join(", ");
  const codec = `export const ${name}: ${file.codecType("MessageCodec")}<${name}> = /* @__PURE__ */ ${file.use("messageCodec")}(`;
  return [
    emitInterface(file, message),
    codec.length + args.length + 2 <= WIDTH ? `${codec}${args});\n` : `${codec}\n  ${args},\n);\n`,
    ...emitDefaults(file, message, `${name}Defaults`),
    ...emitMake(file, message, make, bare),
    emitWrite(file, message, write, entries),
    emitRead(file, message, read, bare ?? make, entries),
    ...[...entries].flatMap(([field, entry]) => emitEntry(file, field, entry)),
    emitJson(file, fields, message),
  ].join("\n");
}

function emitInterface(file: File, message: Message): string {
  const head = `${doc(message)}export interface ${file.names.of(message)} extends ${file.codecType("WithUnknown")} {`;
  if (message.fields.length === 0) return `${head}}\n`;
  const members = propertiesOf(message).map(({ name, fields, isOneof }) => {
    if (isOneof) return declareOneof(file, message, name, fields);
    return fields.map((field) => `${doc(field, "  ", linesOf(file, field))}  ${declare(file, field)}\n`).join("");
  });
  return `${head}\n${members.join("")}}\n`;
}

/** What a field's comment says besides the schema's own. */
export function linesOf(file: File, field: Field): string[] {
  const value = declaredDefault(file, field);
  return [`\`${field.source}\``, ...(value === undefined ? [] : [`@default ${value.replace("/* @__PURE__ */ ", "")}`])];
}

function declareOneof(file: File, message: Message, name: string, fields: readonly Field[]): string {
  const cases = fields.map((field) => {
    const lines = doc(field, "    ", linesOf(file, field));
    return `${lines}    | { case: "${propertyName(field.name)}"; value: ${typeOf(file, field)} }\n`;
  });
  const oneof = message.oneofs.find((part) => part.name === name)!;
  return `${doc(oneof, "  ", [`\`oneof ${name}\``])}  ${propertyName(name)}?:\n${cases.join("")}    | undefined;\n`;
}

function emitWrite(file: File, message: Message, write: string, entries: Entries): string {
  const lines = propertiesOf(message).map(({ name, fields, isOneof }) => {
    if (isOneof) return writeOneof(file, name, fields);
    return fields.map((field) => writeLine(file, field, entries.get(field)?.write)).join("");
  });
  return `export ${writeFunction(file, write, file.names.of(message), lines.join(""))}`;
}

function emitRead(file: File, message: Message, read: string, make: string, entries: Entries): string {
  const name = file.names.of(message);
  const cases = message.fields.map((field) => readCases(file, field, entries.get(field)?.read)).join("");
  const lacks = message.fields.filter(({ presence }) => presence === "required").map((field) => lackLine(file, field));
  const fresh = `${file.use("charge")}(r, ${sizeOfMessage(message)}, ${make}())`;
  return `export ${readFunction(file, { name: read, type: name, fresh, cases, lacks: lacks.join("") })}`;
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
