import type { Extension, Field, Message } from "../model.js";
import { isSet } from "../option.js";
import { declaredDefault } from "./default.js";
import { doc } from "./doc.js";
import { typeOf } from "./field.js";
import type { File } from "./file.js";
import { entryOf } from "./json.js";
import { upperFirst } from "./names.js";
import { linesOf } from "./message.js";
import { readCases, readFunction } from "./read.js";
import { writeFunction, writeLine } from "./write.js";

/** About how many bytes V8 takes for what holds the value of an extension, and a list in it. */
const SIZE = 80;

/** An extension: a constant, and what writes and reads a message that has this one field, called `value`. */
export function emitExtension(file: File, extension: Extension): string {
  const name = file.names.of(extension);
  const [write, read] = ["write", "read"].map((verb) => file.names.take(verb + upperFirst(name)));
  const number = isInMessageSet(extension) ? 1 : extension.number;
  const field: Field = { ...extension, name: "value", number };
  const isList = extension.presence === "repeated";
  const one = typeOf(file, extension);
  const type = isList ? `${one}[]` : `${one} | undefined`;
  const held = `${file.codecType("Held")}<${type}>`;
  const fresh = `${file.use("charge")}(r, ${SIZE}, { value: ${isList ? "[]" : "undefined"} })`;
  return [
    doc(extension, "", linesOf(file, extension)) + emitConstant(file, extension, { name, one, type, write, read }),
    writeFunction(file, write, held, writeLine(file, field, undefined)),
    readFunction(file, { name: read, type: held, fresh, cases: readCases(file, field, undefined), lacks: "" }),
  ].join("\n");
}

function emitConstant(
  file: File,
  extension: Extension,
  { name, one, type, write, read }: Record<"name" | "one" | "type" | "write" | "read", string>,
): string {
  const extendee = targetOf(extension);
  const value = declaredDefault(file, extension);
  const message = file.type(extendee);
  const args = [`"${fullNameOf(extension)}"`, extension.number, file.codec(extendee), write, read].join(", ");
  const jsonName = `[${fullNameOf(extension)}]`;
  const table = `() => [{ ${entryOf(file, { ...extension, name: jsonName, jsonName }, "value")} }]`;
  const call = `/* @__PURE__ */ ${file.use("extension")}<${message}, ${type}>`;
  const whole = isInMessageSet(extension)
    ? `/* @__PURE__ */ ${file.use("inMessageSet")}(\n  ${call}(${args}, ${table}),\n)`
    : value === undefined
      ? `${call}(\n  ${args},\n  ${table},\n)`
      : `/* @__PURE__ */ ${file.use("withDefault")}<${message}, ${one}>(\n  ${call}(${args}, ${table}),\n  ${value},\n)`;
  const annotation = `${file.codecType("Extension")}<${message}, ${value === undefined ? type : one}>`;
  return `export const ${name}: ${annotation} = ${whole};\n`;
}

function isInMessageSet(extension: Extension): boolean {
  return isSet(targetOf(extension).options, "message_set_wire_format");
}

function fullNameOf({ name, extendee: { scope } }: Extension): string {
  return scope === "" ? name : `${scope}.${name}`;
}

function targetOf({ name, extendee: { target } }: Extension): Message {
  if (target?.kind !== "message") throw new Error(`${name} was not resolved`);
  return target;
}
