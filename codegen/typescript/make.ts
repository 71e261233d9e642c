import type { Field, Message } from "../model.js";
import { declaredDefault } from "./default.js";
import { defaultOf, isOptional, messageOf } from "./field.js";
import type { File } from "./file.js";
import { propertyName } from "./names.js";
import { propertiesOf } from "./property.js";

const WIDTH = 120;

/**
 * The function that makes a message of defaults; `bare`, if there are required fields, is what it calls for one that has
 * nothing in these yet, which is also what reading starts from.
 */
export function emitMake(file: File, message: Message, make: string, bare: string | undefined): string[] {
  const name = file.names.of(message);
  if (bare === undefined) return [`function ${make}(): ${name} {\n${emitLiteral(file, message)}}\n`];
  const required = message.fields.filter((field) => field.presence === "required" && !isOptional(field));
  const lines = required.map((field) => `  m.${propertyName(field.name)} = ${startOf(file, field)};\n`);
  return [
    `function ${make}(): ${name} {\n  const m = ${bare}();\n${lines.join("")}  return m;\n}\n`,
    `function ${bare}(): ${name} {\n${emitLiteral(file, message)}}\n`,
  ];
}

function emitLiteral(file: File, message: Message): string {
  const fields = propertiesOf(message).map(({ name, fields: [field], isOneof }) => {
    return `${propertyName(name)}: ${isOneof || field === undefined ? "undefined" : initial(file, field)}`;
  });
  if (fields.length === 0) return "  return {};\n";
  const line = `  return { ${fields.join(", ")} };\n`;
  if (line.length <= WIDTH + 1) return line;
  return `  return {\n${fields.map((field) => `    ${field},\n`).join("")}  };\n`;
}

function initial(file: File, field: Field): string {
  if (field.presence === "repeated") return "[]";
  if (field.presence === "map") return `new ${file.global("Map")}()`;
  if (isOptional(field)) return "undefined";
  return field.presence === "required" ? file.use("ABSENT") : startOf(file, field);
}

/** What a field of a new message holds that always holds something. */
function startOf(file: File, field: Field): string {
  const message = messageOf(field);
  if (message !== undefined) return `${file.codec(message)}.create()`;
  return declaredDefault(file, field) ?? defaultOf(file, field);
}
