import type { Struct, StructField } from "../../fbs/model.js";
import { doc } from "../doc.js";
import { fieldName } from "./names.js";
import type { FlatFile } from "./file.js";
import { emitKey } from "./key.js";
import { plainOf } from "./plain.js";
import { emitReader, type Getter } from "./reader.js";
import { arrayOf, isWide, sizeOf, suffixOf, typeOf, type Value, valueOf, store, storedAs } from "./value.js";

/** All that is generated for one struct. */
export function emitStruct(file: FlatFile, type: Struct): string {
  return [
    emitInterface(file, type),
    emitReader(file, type, gettersOf(file, type)),
    emitSet(file, type),
    emitPlain(file, type),
    ...emitKey(file, type),
  ].join("\n");
}

function emitInterface(file: FlatFile, type: Struct): string {
  const members = fieldsOf(type).map((field) => {
    const line = `  readonly ${fieldName(field.name)}: ${typeOf(file, valueOf(field.type))};\n`;
    return `${doc(field, "  ", [`\`${field.source}\``])}${line}`;
  });
  return `${doc(type)}export interface ${file.names.of(type)} {\n${members.join("")}}\n`;
}

/** A deprecated field is room that is left empty. */
function fieldsOf(type: Struct): readonly StructField[] {
  return type.fields.filter(({ deprecated }) => !deprecated);
}

function gettersOf(file: FlatFile, type: Struct): Getter[] {
  return fieldsOf(type).map((field) => {
    const value = valueOf(field.type);
    const at = field.offset === 0 ? "this.$at" : `this.$at + ${field.offset}`;
    return { name: fieldName(field.name), type: typeOf(file, value), expression: readAt(file, value, at) };
  });
}

/** The expression that reads what lies at `at`. */
function readAt(file: FlatFile, value: Value, at: string): string {
  if (value.kind === "bool") return `this.$b.view.getUint8(${at}) !== 0`;
  if (value.kind === "number") {
    const big = isWide(value) ? "Big" : "";
    const order = sizeOf(value).size === 1 ? "" : ", true";
    const number = `this.$b.view.get${big}${suffixOf(value)}(${at}${order})`;
    return value.of === undefined ? number : `${file.use("named")}(${number})`;
  }
  if (value.kind === "struct") return `${file.part(value.type, "read")}(this.$b, ${at})`;
  if (value.kind === "array") return readArray(file, value.item, value.length, at);
  throw new Error(`a struct holds no ${value.kind}`);
}

function readArray(file: FlatFile, item: Value, length: number, at: string): string {
  if (item.kind === "number") {
    const numbers = `${file.use("numbersAt")}(this.$b, ${at}, ${length}, ${arrayOf(file, item)})`;
    return item.of === undefined ? numbers : `${file.use("namedList")}(${numbers})`;
  }
  if (item.kind === "bool")
    return `new ${file.use("FlatList")}(this.$b, ${at}, ${length}, 1, false, ${file.use("getBoolAt")})`;
  if (item.kind !== "struct") throw new Error(`an array holds no ${item.kind}`);
  const { size } = item.type;
  const read = file.part(item.type, "read");
  return `new ${file.use("FlatList")}(this.$b, ${at}, ${length}, ${size}, false, ${read})`;
}

function emitSet(file: FlatFile, type: Struct): string {
  const lines: string[] = [];
  let end = 0;
  for (const field of fieldsOf(type)) {
    lines.push(...pad(file, end, field.offset), setLine(file, type, field));
    end = field.offset + sizeOf(valueOf(field.type)).size;
  }
  lines.push(...pad(file, end, type.size));
  const args = `view: ${file.global("DataView")}, at: number, m: ${file.names.of(type)}`;
  return `export function ${file.names.part(type, "set")}(${args}): void {\n${lines.join("")}}\n`;
}

function pad(file: FlatFile, from: number, to: number): string[] {
  if (to - from === 4) return [`  view.setUint32(at + ${from}, 0);\n`];
  return from < to ? [`  ${file.use("zero")}(view, at + ${from}, at + ${to});\n`] : [];
}

function setLine(file: FlatFile, type: Struct, field: StructField): string {
  const value = valueOf(field.type);
  const at = field.offset === 0 ? "at" : `at + ${field.offset}`;
  const rest = `${at}, m.${fieldName(field.name)}`;
  const name = `"${type.name}.${field.name}"`;
  if (value.kind === "struct") return `  ${file.part(value.type, "set")}(view, ${rest});\n`;
  if (value.kind !== "array") {
    return `  ${store(file, value, at, `m.${fieldName(field.name)}`, name)};\n`;
  }
  const { item, length } = value;
  const args = `${rest}, ${name}, ${length}, ${sizeOf(item).size}, ${setterOf(file, item)}`;
  return `  ${file.use("setArray")}(view, ${args});
`;
}

/** The function that stores a value in a struct. */
function setterOf(file: FlatFile, value: Value): string {
  if (value.kind === "struct") return file.part(value.type, "set");
  return file.use(`set${storedAs(value)}`);
}

function emitPlain(file: FlatFile, type: Struct): string {
  const name = file.names.of(type);
  const fields = fieldsOf(type).map((field) => {
    const property = fieldName(field.name);
    return `    ${property}: ${plainOf(file, valueOf(field.type), `m.${property}`, false)},\n`;
  });
  return `export function ${file.names.part(type, "plain")}(m: ${name}): ${name} {\n  return {\n${fields.join("")}  };\n}\n`;
}
