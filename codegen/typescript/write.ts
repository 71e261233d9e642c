import type { Field } from "../model.js";
import { fixedSize, hasListFunctions, isPackable, messageOf, suffixOf, type Value, writeOne } from "./field.js";
import type { File } from "./file.js";
import { propertyName } from "./names.js";

/** The line that writes one field of `m`; `entry` is the function for a map's entries. */
export function writeLine(file: File, field: Field, entry: string | undefined): string {
  const value = `m.${propertyName(field.name)}`;
  if (entry !== undefined) {
    const write = `${file.use("writeMessage")}(w, ${field.number * 8 + 2}, entry, ${entry});`;
    return `  if (${value}) for (const entry of ${value}) ${write}\n`;
  }
  if (field.presence === "repeated") return writeList(file, field, value);
  if (field.presence === "required") {
    const given = `${file.use("required")}(${value}, ${field.number}, "${propertyName(field.name)}")`;
    return `  ${writeOne(file, field, field.number, given)}\n`;
  }
  return `  if (${condition(file, field, value)}) ${writeOne(file, field, field.number, value)}\n`;
}

/** The function that writes a message by `lines`, and what its schema does not know behind them. */
export function writeFunction(file: File, name: string, type: string, lines: string): string {
  const unknown = `m[${file.use("UNKNOWN")}]`;
  const last = `  if (${unknown}) ${file.use("writeUnknown")}(w, ${unknown});\n`;
  const params = `w: ${file.codecType("Writer")}, m: ${file.global("Partial")}<${type}>`;
  return `function ${name}(${params}): void {\n${lines}${last}}\n`;
}

function writeList(file: File, field: Field, value: string): string {
  if (!field.packed || !isPackable(field)) {
    return `  if (${value}) for (const value of ${value}) ${writeOne(file, field, field.number, "value")}\n`;
  }
  const tag = field.number * 8 + 2;
  if (hasListFunctions(field)) {
    return `  if (${value}?.length) ${file.use(`writePacked${suffixOf(field)}`)}(w, ${tag}, ${value});\n`;
  }
  const put = `for (const value of ${value}) ${file.use(`put${suffixOf(field)}`)}(w, value, ${tag});`;
  const size = fixedSize(field);
  const body =
    size === undefined
      ? [`const start = ${file.use("begin")}(w, ${tag});`, put, `${file.use("finish")}(w, start);`]
      : [`${file.use("writeLength")}(w, ${tag}, ${value}.length * ${size});`, put];
  return `  if (${value}?.length) {\n${body.map((line) => `    ${line}\n`).join("")}  }\n`;
}

/** What tells that a field is to be written. -0 and NaN are falsy, yet no defaults. */
function condition(file: File, field: Field, value: string): string {
  if (messageOf(field) !== undefined) return value;
  if (field.presence === "explicit") return `${value} !== undefined`;
  if (field.type === "bytes") return `${value}?.length`;
  const isFloat = field.type === "double" || field.type === "float";
  return isFloat ? `${value} !== undefined && !${file.use("isZero")}(${value})` : value;
}

/** The lines that write the case of a oneof. */
export function writeOneof(file: File, name: string, fields: readonly Field[]): string {
  const oneof = `m.${propertyName(name)}`;
  const cases = fields.map((field) => {
    const write = writeOne(file, field, field.number, `${oneof}.value`);
    return `    case "${propertyName(field.name)}": ${write} break;\n`;
  });
  return `  switch (${oneof}?.case) {\n${cases.join("")}  }\n`;
}

/** The function that writes one entry of a map. */
export function writeEntry(file: File, name: string, key: Value, value: Value, types: string): string {
  return [
    `function ${name}(w: ${file.codecType("Writer")}, [key, value]: readonly [${types}]): void {\n`,
    `  ${writeOne(file, key, 1, "key")}\n`,
    `  ${writeOne(file, value, 2, "value")}\n`,
    "}\n",
  ].join("");
}
