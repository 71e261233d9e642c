import type { Table, TableField } from "../../fbs/model.js";
import { fieldName } from "./names.js";
import type { FlatFile } from "./file.js";
import { arrayOf, isWide, literal, sizeOf, type Value, valueOf, store, storedAs } from "./value.js";

/** Bytes that a nested buffer is aligned to, so that it can be read in place. */
const NESTED_ALIGN = 8;

/** What an entry of a vtable can say. */
const MAX_TABLE_BYTES = 0xffff;

/** What it takes with all its fields. */
export function sizeOfTable(fields: readonly TableField[]): number {
  return fields.reduce((size, field) => size + ownSize(field), 4);
}

/** What a field takes in the table; a union takes its number, too, and a list of unions two offsets. */
function ownSize(field: TableField): number {
  const value = valueOf(field.type);
  if (value.kind === "union") return 5;
  return value.kind === "list" && value.item.kind === "union" ? 8 : sizeOf(value).size;
}

interface Lines {
  /** What is in the table itself. */
  readonly own: readonly string[];
  /** What its offsets lead to, behind it. */
  readonly far: readonly string[];
}

/** The lines that write a table's fields: those that are aligned most first, so that little is padded. */
export function writeLines(file: FlatFile, type: Table, fields: readonly TableField[]): Lines {
  const call = sizeOfTable(fields) > MAX_TABLE_BYTES ? "placeLarge" : "place";
  const place: Place = (slot, size) => `at + ${file.use(call)}(entries, ${slot + 2}, ${size})`;
  const parts = fields.map((field) => partOf(file, type, field, place));
  const own = parts.flatMap((part) => part.own).toSorted((a, b) => b.align - a.align);
  return { own: own.map(({ line }) => line), far: fields.flatMap((_, i) => parts[i]?.far ?? []) };
}

interface Part {
  readonly own: readonly { readonly align: number; readonly line: string }[];
  readonly far: readonly string[];
}

/** The expression that takes room for a field, and is where that lies. */
type Place = (slot: number, size: number) => string;

function partOf(file: FlatFile, type: Table, field: TableField, place: Place): Part {
  const value = valueOf(field.type);
  const name = `"${type.name}.${field.name}"`;
  const given = `m.${fieldName(field.name)}`;
  const { size, align } = sizeOf(value);
  const at = place(field.slot, size);
  if (value.kind === "bool" || value.kind === "number") {
    const line = `  if (${ifSet(file, field, value, given)}) ${store(file, value, at, given, name)};\n`;
    return { own: [{ align, line }], far: [] };
  }
  if (value.kind === "struct") {
    const line = `  if (${given} !== undefined) ${file.part(value.type, "set")}(view, ${at}, ${given});\n`;
    return { own: [{ align, line }], far: [] };
  }
  return farPart(file, field, value, given, name, place);
}

/** Whether a number is written: one that equals its default is left out. */
function ifSet(file: FlatFile, { presence, defaultValue }: TableField, value: Value, given: string): string {
  if (presence === "optional") return `${given} !== undefined`;
  if (value.kind !== "number") return `${file.use("isSetBool")}(${given}, ${literal(defaultValue)})`;
  const isFloat = value.scalar.startsWith("float");
  const isSet = file.use(isFloat ? "isSetFloat" : isWide(value) ? "isSetWide" : "isSet");
  return `${isSet}(${given}, ${literal(defaultValue, value)})`;
}

/** A field whose value lies behind the table; `$` keeps its constants apart from all names of schemas and of the runtime. */
function farPart(file: FlatFile, field: TableField, value: Value, given: string, name: string, place: Place): Part {
  const local = `$${fieldName(field.name)}`;
  const required = field.presence === "required";
  const got = required ? `${file.use("present")}(${given}, ${name})` : given;
  const at = (slot: number) => (required ? place(slot, 4) : `${local} === undefined ? 0 : ${place(slot, 4)}`);
  const line = `  const ${local} = ${got};\n  const ${local}At = ${at(field.slot)};\n`;
  if (value.kind === "union")
    return unionPart(file, field, value, { local, name, line, type: place(field.slot - 1, 1) });
  if (value.kind === "list" && value.item.kind === "union") {
    const types = `  const ${local}Types = ${at(field.slot - 1)};\n`;
    const { type } = value.item;
    const args = `${local}Types, ${local}At, ${local}, ${name}, ${file.part(type, "numberOf")}, ${file.part(type, "append")}`;
    return { own: [{ align: 4, line: line + types }], far: [`  ${file.use("appendUnions")}(w, ${args});\n`] };
  }
  return { own: [{ align: 4, line }], far: [`  ${appendFar(file, field, value, `w, ${local}At, `, local, name)};\n`] };
}

function unionPart(
  file: FlatFile,
  field: TableField,
  value: Value & { readonly kind: "union" },
  { local, name, line, type }: Readonly<Record<"local" | "name" | "line" | "type", string>>,
): Part {
  const number = `${file.part(value.type, "numberOf")}(${local}, ${name})`;
  const append = `${file.part(value.type, "append")}(w, ${local}At, ${local}, ${name})`;
  const given = field.presence === "required" ? "" : `if (${local} !== undefined) `;
  return {
    own: [
      { align: 4, line },
      { align: 1, line: `  ${given}view.setUint8(${type}, ${number});\n` },
    ],
    far: [`  ${given}${append};\n`],
  };
}

function appendFar(file: FlatFile, field: TableField, value: Value, head: string, local: string, name: string): string {
  const args = `(${head}${local}, ${name}`;
  if (value.kind === "string") return `${file.use(field.shared ? "appendShared" : "appendString")}${args})`;
  if (value.kind === "table") return `${file.use("appendTable")}${args}, ${file.part(value.type, "write")})`;
  if (value.kind !== "list") throw new Error(`a table holds no ${value.kind}`);
  const { item } = value;
  if (item.kind === "number") {
    const align = field.nested === undefined ? field.forceAlign : NESTED_ALIGN;
    const last = align === undefined ? "" : `, ${align}`;
    if (item.scalar === "uint8") return `${file.use("appendBytes")}${args}${last})`;
    return `${file.use("appendNumbers")}${args}, ${arrayOf(file, item)}, ${file.use(`set${storedAs(item)}`)}${last})`;
  }
  if (item.kind === "bool") return `${file.use("appendBools")}${args})`;
  if (item.kind === "string") return `${file.use("appendStrings")}${args})`;
  if (item.kind !== "table" && item.kind !== "struct") throw new Error(`a list holds no ${item.kind}`);
  return appendItems(file, item, (list) => `(${head}${list}, ${name}`, local, field.forceAlign);
}

function appendItems(
  file: FlatFile,
  item: Value & { readonly kind: "table" | "struct" },
  args: (list: string) => string,
  local: string,
  forceAlign = 1,
): string {
  const isSorted = item.type.fields.some(({ key }) => key);
  const list = isSorted ? `${file.part(item.type, "sort")}(${local})` : local;
  if (item.kind === "table") return `${file.use("appendTables")}${args(list)}, ${file.part(item.type, "write")})`;
  const { size, align } = item.type;
  const set = file.part(item.type, "set");
  return `${file.use("appendStructs")}${args(list)}, ${size}, ${Math.max(align, forceAlign)}, ${set})`;
}
