import type { Table, TableField } from "../../fbs/model.js";
import { idOf } from "../../hash.js";
import { doc } from "../doc.js";
import { fieldName } from "./names.js";
import type { FlatFile } from "./file.js";
import { emitKey } from "./key.js";
import { plainOf } from "./plain.js";
import { emitReader, type Getter } from "./reader.js";
import { getterOf } from "./table-read.js";
import { verifyLines } from "./table-verify.js";
import { sizeOfTable, writeLines } from "./table-write.js";
import { arrayOf, literal, sizeOf, typeOf, valueOf } from "./value.js";

/** All that is generated for one table. */
export function emitTable(file: FlatFile, type: Table): string {
  const fields = type.fields.filter(({ deprecated }) => !deprecated);
  return [
    emitInterface(file, type, fields),
    emitReader(file, type, gettersOf(file, type, fields)),
    emitWrite(file, type, fields),
    emitVerify(file, type, fields),
    emitPlain(file, type, fields),
    ...emitKey(file, type),
    emitCodec(file, type),
  ].join("\n");
}

/** Whether what reads a field may get `undefined`. */
function mayBeAbsent(field: TableField): boolean {
  return field.presence === "optional";
}

function emitInterface(file: FlatFile, type: Table, fields: readonly TableField[]): string {
  const members = fields.map((field) => {
    const name = fieldName(field.name);
    const value = typeOf(file, valueOf(field.type));
    const line = mayBeAbsent(field) ? `${name}?: ${value} | undefined` : `${name}: ${value}`;
    return `${doc(field, "  ", [`\`${field.source}\``])}  readonly ${line};\n`;
  });
  return `${doc(type)}export interface ${file.names.of(type)} {${members.length === 0 ? "" : "\n"}${members.join("")}}\n`;
}

function gettersOf(file: FlatFile, type: Table, fields: readonly TableField[]): Getter[] {
  return fields.map((field) => {
    const value = typeOf(file, valueOf(field.type));
    const result = mayBeAbsent(field) ? `${value} | undefined` : value;
    return { name: fieldName(field.name), type: result, expression: getterOf(file, type, field) };
  });
}

function emitWrite(file: FlatFile, type: Table, fields: readonly TableField[]): string {
  const args = `w: ${file.useType("FlatWriter")}, ${fields.length === 0 ? "_m" : "m"}: ${file.global("Partial")}<${file.names.of(type)}>`;
  const { own, far } = writeLines(file, type, fields);
  const body = [
    `  const at = ${file.use("beginTable")}(w, ${type.slots}, ${sizeOfTable(fields)}, ${alignOf(fields)});\n`,
    ...(own.some((line) => / view\.|\(view, /.test(line)) ? ["  const { view } = w;\n"] : []),
    ...(own.length === 0 ? [] : ["  const { entries } = w.vtables;\n"]),
    ...own,
    `  ${file.use("endTable")}(w, at, ${type.slots});\n`,
    ...far,
    "  return at;\n",
  ];
  return `export function ${file.names.part(type, "write")}(${args}): number {\n${body.join("")}}\n`;
}

/** What its fields are aligned to at most. */
function alignOf(fields: readonly TableField[]): number {
  return Math.max(4, ...fields.map((field) => sizeOf(valueOf(field.type)).align));
}

function emitVerify(file: FlatFile, type: Table, fields: readonly TableField[]): string {
  const lines = fields.flatMap((field) => verifyLines(file, type, field));
  const args = lines.length === 0 ? "" : `v: ${file.useType("Verifier")}, at: number`;
  return `export function ${file.names.part(type, "verify")}(${args}): void {${lines.length === 0 ? "" : "\n"}${lines.join("")}}\n`;
}

function emitPlain(file: FlatFile, type: Table, fields: readonly TableField[]): string {
  const name = file.names.of(type);
  const members = fields.map((field) => `    ${fieldName(field.name)}: ${plainField(file, type, field)},\n`);
  const head = `export function ${file.names.part(type, "plain")}(`;
  const args = `${fields.length === 0 ? "_m" : "m"}: ${file.global("Partial")}<${name}>`;
  return `${head}${args}): ${name} {\n  return {${members.length === 0 ? "" : "\n"}${members.join("")}${members.length === 0 ? "" : "  "}};\n}\n`;
}

function plainField(file: FlatFile, type: Table, field: TableField): string {
  const value = valueOf(field.type);
  const given = `m.${fieldName(field.name)}`;
  if (field.presence === "required") {
    return plainOf(file, value, `${file.use("present")}(${given}, "${type.name}.${field.name}")`, false);
  }
  const copy = plainOf(file, value, given, true);
  return mayBeAbsent(field) ? copy : `${copy} ?? ${defaultOf(file, field)}`;
}

/** What a field is when nothing was sent. */
export function defaultOf(file: FlatFile, field: TableField): string {
  const value = valueOf(field.type);
  if (value.kind === "list") {
    const { item } = value;
    return item.kind === "number" && item.of === undefined ? `new ${arrayOf(file, item)}(0)` : "[]";
  }
  return literal(field.defaultValue, value.kind === "number" ? value : undefined);
}

function emitCodec(file: FlatFile, type: Table): string {
  const name = file.names.of(type);
  const identifier = file.identifier(type);
  const head = `${doc(type)}export const ${name}: ${file.useType("FlatCodec")}<${name}> = /* @__PURE__ */ ${file.use("flatCodec")}({\n`;
  const parts = [
    `name: "${type.fullName}"`,
    `id: ${idOf(type.fullName)}`,
    ...(identifier === undefined ? [] : [`identifier: ${JSON.stringify(identifier)}`]),
    `reader: ${file.names.part(type, "Reader")}`,
    `read: ${file.names.part(type, "read")}`,
    `write: ${file.names.part(type, "write")}`,
    `verify: ${file.names.part(type, "verify")}`,
    `plain: ${file.names.part(type, "plain")}`,
  ];
  return `${head}${parts.map((part) => `  ${part},\n`).join("")}});\n`;
}
