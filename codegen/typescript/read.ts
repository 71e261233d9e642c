import type { Field } from "../model.js";
import { defaultOf, hasListFunctions, isPackable, messageOf, readOne, suffixOf, tagOf, type Value } from "./field.js";
import type { File } from "./file.js";
import { propertyName } from "./names.js";
import { sizeOfEntry } from "./size.js";

/** The cases that read one field into `m`; `entry` is the function for a map's entries. */
export function readCases(file: File, field: Field, entry: string | undefined): string {
  const target = `m.${propertyName(field.oneof ?? field.name)}`;
  const comment = ` // ${field.source}`;
  if (entry !== undefined) {
    const read = `${file.use("readMessage")}(r, end, ${entry}, ${target})`;
    return line(field.number * 8 + 2, `${read};`, comment);
  }
  const alone = tagOf(field, field.number);
  if (field.presence !== "repeated") return line(alone, `${target} = ${readSingle(file, field, target)};`, comment);
  const item = readOne(file, field);
  const push = `${file.use("grown")}(r, ${target}).push(${item});`;
  if (!isPackable(field)) return line(alone, push, comment);
  const all = readList(file, field, target, item);
  return line(field.number * 8 + 2, all, comment) + line(alone, push, " // the same, one by one");
}

/** The statement that reads a packed list. */
function readList(file: File, field: Field, target: string, item: string): string {
  if (hasListFunctions(field)) return `${file.use(`readPacked${suffixOf(field)}`)}(r, end, ${target});`;
  const start = `const stop = ${file.use("readPacked")}(r, end, ${target})`;
  return `for (${start}; ${file.use("within")}(r, stop); ) ${target}.push(${item});`;
}

function line(tag: number, statement: string, comment: string): string {
  return `      case ${tag}: ${statement} break;${comment}\n`;
}

function readSingle(file: File, field: Field, target: string): string {
  if (field.oneof === undefined) return readOne(file, field, target);
  const name = propertyName(field.name);
  const before = `${target}?.case === "${name}" ? ${target}.value : undefined`;
  return `{ case: "${name}", value: ${readOne(file, field, before)} }`;
}

/** The loop over the fields in `[r.pos, end)`; `unknown` is the call for others, which takes `tag`. */
export function readLoop(file: File, cases: string, unknown: (tag: string) => string): string {
  const readTag = file.use("readTag");
  const body =
    cases === ""
      ? `  while (r.pos < end) ${unknown(`${readTag}(r)`)};\n`
      : [
          "  while (r.pos < end) {\n",
          `    const tag = ${readTag}(r);\n`,
          "    switch (tag) {\n",
          cases,
          `      default: ${unknown("tag")};\n`,
          "    }\n  }\n",
        ].join("");
  return `${body}  ${file.use("leave")}(r, end);\n`;
}

/** The function that reads one entry of a map. */
export function readEntry(file: File, name: string, key: Value, value: Value, type: string): string {
  const message = messageOf(value);
  const initial = message === undefined ? `= ${defaultOf(file, value)}` : `= ${file.codec(message)}.create()`;
  const annotation =
    typeof value.type === "string" || message !== undefined ? "" : `: ${file.type(value.type.target!)}`;
  const cases = [
    line(tagOf(key, 1), `key = ${readOne(file, key)};`, ""),
    line(tagOf(value, 2), `value = ${readOne(file, value, "value")};`, ""),
  ];
  return [
    `function ${name}(r: ${file.codecType("Reader")}, end: number, map = new ${type}()): ${type} {\n`,
    `  let key = ${defaultOf(file, key)};\n`,
    `  let value${annotation} ${initial};\n`,
    readLoop(file, cases.join(""), (tag) => `${file.use("skipField")}(r, ${tag}, end)`),
    `  return ${file.use("charge")}(r, ${sizeOfEntry(value)}, map).set(key, value);\n}\n`,
  ].join("");
}
