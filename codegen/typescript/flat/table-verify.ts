import type { Table, TableField } from "../../fbs/model.js";
import { type FlatFile, targetOf } from "./file.js";
import { entryOf } from "./table-read.js";
import { sizeOf, type Value, valueOf } from "./value.js";

/** The lines that check one field of received bytes. */
export function verifyLines(file: FlatFile, type: Table, field: TableField): string[] {
  const name = `"${type.name}.${field.name}"`;
  const args = `v, at, ${entryOf(field)}, ${name}`;
  const required = field.presence === "required" ? [`  ${file.use("checkRequired")}(${args});\n`] : [];
  return [...required, `  ${verifyLine(file, field, args)};\n`];
}

function verifyLine(file: FlatFile, field: TableField, args: string): string {
  const value = valueOf(field.type);
  if (value.kind === "bool" || value.kind === "number" || value.kind === "struct") {
    const { size, align } = sizeOf(value);
    return `${file.use("checkField")}(${args}, ${size}${size === align ? "" : `, ${align}`})`;
  }
  if (value.kind === "string") return `${file.use("checkString")}(${args})`;
  if (value.kind === "table") return `${file.use("checkTable")}(${args}, ${file.part(value.type, "verify")})`;
  if (value.kind === "union") return `${file.use("checkUnion")}(${args}, ${file.part(value.type, "verify")})`;
  if (value.kind === "array") throw new Error("a table holds no array");
  return field.nested === undefined ? verifyList(file, value.item, args) : verifyNested(file, field.nested, args);
}

/** Without an identifier: official writers put none into nested buffers, and official verifiers ask for none. */
function verifyNested(file: FlatFile, nested: NonNullable<TableField["nested"]>, args: string): string {
  return `${file.use("checkNested")}(${args}, ${file.part(targetOf(nested), "verify")})`;
}

function verifyList(file: FlatFile, item: Value, args: string): string {
  if (item.kind === "string") return `${file.use("checkStrings")}(${args})`;
  if (item.kind === "table") return `${file.use("checkTables")}(${args}, ${file.part(item.type, "verify")})`;
  if (item.kind === "union") return `${file.use("checkUnions")}(${args}, ${file.part(item.type, "verify")})`;
  return `${file.use("checkList")}(${args}, ${sizeOf(item).size})`;
}
