import type { Field } from "../model.js";
import {
  closedOf,
  defaultOf,
  hasListFunctions,
  isPackable,
  messageOf,
  readOne,
  suffixOf,
  tagOf,
  typeOf,
  type Value,
} from "./field.js";
import type { File } from "./file.js";
import { propertyName } from "./names.js";
import { sizeOfEntry } from "./size.js";

/** The cases that read one field into `m`; `entry` is the function for a map's entries. */
export function readCases(file: File, field: Field, entry: string | undefined): string {
  const target = `m.${propertyName(field.oneof ?? field.name)}`;
  const comment = ` // ${field.source}`;
  if (entry !== undefined) return line(field.number * 8 + 2, readEntryInto(file, field, entry, target), comment);
  const alone = tagOf(field, field.number);
  if (field.presence !== "repeated") return line(alone, readSingle(file, field, target), comment);
  const push = (list: string): string => {
    const named = namedOf(file, field);
    if (named !== undefined) return `${file.use("pushClosed")}(r, ${alone}, m, ${named}, ${target});`;
    return `${list}.push(${readOne(file, field, field.number)});`;
  };
  const grown = push(`${file.use("grown")}(r, ${target})`);
  if (!isPackable(field)) return line(alone, grown, comment);
  const all = readList(file, field, target, push);
  return line(field.number * 8 + 2, all, comment) + line(alone, grown, " // the same, one by one");
}

/** The statement that reads a packed list; `push` is the one that reads an item of it. */
function readList(file: File, field: Field, target: string, push: (list: string) => string): string {
  if (hasListFunctions(field)) return `${file.use(`readPacked${suffixOf(field)}`)}(r, end, ${target});`;
  const start = `const stop = ${file.use("readPacked")}(r, end, ${target})`;
  return `for (${start}; ${file.use("within")}(r, stop); ) ${push(target)}`;
}

function line(tag: number, statement: string, comment: string): string {
  return `      case ${tag}: ${statement} break;${comment}\n`;
}

/** What tells the numbers that are named, for a value of a closed enum. */
function namedOf(file: File, value: Value): string | undefined {
  const closed = closedOf(value);
  return closed === undefined ? undefined : file.named(closed);
}

function readSingle(file: File, field: Field, target: string): string {
  const { number, oneof } = field;
  const name = propertyName(field.name);
  const named = namedOf(file, field);
  if (named !== undefined) {
    const read = `${file.use("readClosed")}(r, ${tagOf(field, number)}, m, ${named})`;
    if (oneof === undefined) return `${target} = ${read} ?? ${target};`;
    return `{ const value = ${read}; if (value !== undefined) ${target} = { case: "${name}", value }; }`;
  }
  if (oneof === undefined) return `${target} = ${readOne(file, field, number, target)};`;
  const before = `${target}?.case === "${name}" ? ${target}.value : undefined`;
  return `${target} = { case: "${name}", value: ${readOne(file, field, number, before)} };`;
}

function readEntryInto(file: File, field: Field, entry: string, target: string): string {
  if (closedOf(field) === undefined) return `${file.use("readMessage")}(r, end, ${entry}, ${target});`;
  return `${file.use("readClosedEntry")}(r, ${field.number * 8 + 2}, end, m, ${entry}, ${target});`;
}

/** The line behind the loop that notes it when a required field was not there. */
export function lackLine(file: File, { name, number }: Field): string {
  const property = propertyName(name);
  return `  if (m.${property} === undefined) ${file.use("lacks")}(r, m, ${number}, "${property}");\n`;
}

/** The function that reads a message of `type` by `cases`, into `fresh` unless it is told into what. */
export function readFunction(
  file: File,
  parts: { name: string; type: string; fresh: string; cases: string; lacks: string },
): string {
  const { name, type, fresh, cases, lacks } = parts;
  const loop = readLoop(file, cases, (tag) => `${file.use("keepField")}(r, ${tag}, end, m)`);
  const params = `r: ${file.codecType("Reader")}, end: number, m: ${type} = ${fresh}`;
  return `function ${name}(${params}): ${type} {\n${loop}${lacks}  return m;\n}\n`;
}

/** The loop over the fields in `[r.pos, end)`; `unknown` is the call for others, which takes `tag`. */
function readLoop(file: File, cases: string, unknown: (tag: string) => string): string {
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

/** The function that reads one entry of a map; it gives no map for a value that is no value of its closed enum. */
export function readEntry(file: File, name: string, key: Value, value: Value, type: string): string {
  const message = messageOf(value);
  // A message that must have something is not made before it is clear that nothing was sent.
  const isLate = message?.fields.some(({ presence }) => presence === "required") ?? false;
  const initial = message === undefined ? ` = ${defaultOf(file, value)}` : ` = ${file.codec(message)}.create()`;
  const annotation =
    typeof value.type === "string" || (message !== undefined && !isLate) ? "" : `: ${typeOf(file, value)}`;
  const named = namedOf(file, value);
  const cases = [
    line(tagOf(key, 1), `key = ${readOne(file, key, 1)};`, ""),
    line(tagOf(value, 2), `value = ${readOne(file, value, 2, "value")};`, ""),
  ];
  const result = named === undefined ? type : `${type} | undefined`;
  return [
    `function ${name}(r: ${file.codecType("Reader")}, end: number, map = new ${type}()): ${result} {\n`,
    `  let key = ${defaultOf(file, key)};\n`,
    `  let value${annotation}${isLate ? " | undefined" : initial};\n`,
    readLoop(file, cases.join(""), (tag) => `${file.use("skipField")}(r, ${tag}, end)`),
    named === undefined ? "" : `  if (!${named}(value)) return undefined;\n`,
    `  return ${file.use("charge")}(r, ${sizeOfEntry(value)}, map).set(key, value${isLate && message !== undefined ? ` ?? ${file.codec(message)}.fromBytes(${file.use("NO_BYTES")})` : ""});\n}\n`,
  ].join("");
}
