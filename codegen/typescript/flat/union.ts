import type { Union } from "../../fbs/model.js";
import { doc } from "../doc.js";
import type { FlatFile } from "./file.js";
import { sizeOf, typeOf, type Value, valueOf } from "./value.js";

interface Member {
  readonly name: string;
  readonly number: bigint;
  readonly value: Value;
}

/** All that is generated for one union; its members are told apart by `case`. */
export function emitUnion(file: FlatFile, type: Union): string {
  const members = type.members
    .filter(({ name }) => name !== "NONE")
    .map((member) => ({ name: member.name, number: member.number, value: valueOf(member.type) }));
  return [
    emitType(file, type, members),
    emitNumber(file, type, members),
    emitRead(file, type, members),
    emitAppend(file, type, members),
    emitVerify(file, type, members),
    emitPlain(file, type, members),
  ].join("\n");
}

function emitType(file: FlatFile, type: Union, members: readonly Member[]): string {
  const cases = members.map(
    ({ name, value }) => `  | { readonly case: "${name}"; readonly value: ${typeOf(file, value)} }`,
  );
  const union = cases.length === 0 ? " never" : `\n${cases.join("\n")}`;
  return `${doc(type)}export type ${file.names.of(type)} =${union};\n`;
}

function emitNumber(file: FlatFile, type: Union, members: readonly Member[]): string {
  const name = file.names.of(type);
  const cases = members.map((member) => `    case "${member.name}": return ${member.number};\n`);
  const head = `export function ${file.names.part(type, "numberOf")}(u: ${name} | undefined, field: string): number {\n`;
  const nothing = "  if (u === undefined) return 0;\n";
  const bad = `${file.use("badField")}(field, u, "a member of ${type.fullName}")`;
  if (cases.length === 0) return `${head}${nothing}  return ${bad};\n}\n`;
  return `${head}${nothing}  switch (u.case) {\n${cases.join("")}    default: return ${bad};\n  }\n}\n`;
}

function emitRead(file: FlatFile, type: Union, members: readonly Member[]): string {
  const name = file.names.of(type);
  const cases = members.map((member) => {
    return `    case ${member.number}: return { case: "${member.name}", value: ${readMember(file, member.value)} };\n`;
  });
  const mark = markOf(members);
  const args = `${mark}b: ${file.useType("FlatBytes")}, number: number, ${mark}at: number`;
  const body = `  switch (number) {\n${cases.join("")}    default: return undefined;\n  }\n`;
  return `export function ${file.names.part(type, "read")}(${args}): ${name} | undefined {\n${body}}\n`;
}

/** What the names of parameters start with that only members use. */
function markOf(members: readonly Member[]): string {
  return members.length === 0 ? "_" : "";
}

function readMember(file: FlatFile, value: Value): string {
  if (value.kind === "table" || value.kind === "struct") return `${file.part(value.type, "read")}(b, at)`;
  return `${file.use("getText")}(b, at)`;
}

function emitAppend(file: FlatFile, type: Union, members: readonly Member[]): string {
  const name = file.names.of(type);
  const cases = members.map((member) => {
    return `    case "${member.name}": return ${appendMember(file, type, member)};\n`;
  });
  const mark = markOf(members);
  const args = `${mark}w: ${file.useType("FlatWriter")}, ${mark}from: number, u: ${name}, field: string`;
  const bad = `    default: return ${file.use("badField")}(field, u, "a member of ${type.fullName}");\n`;
  const body =
    cases.length === 0 ? bad.replace("    default: ", "  ") : `  switch (u.case) {\n${cases.join("")}${bad}  }\n`;
  return `export function ${file.names.part(type, "append")}(${args}): void {\n${body}}\n`;
}

function appendMember(file: FlatFile, type: Union, { name, value }: Member): string {
  const field = `"${type.name}.${name}"`;
  if (value.kind === "table") {
    return `${file.use("appendTable")}(w, from, u.value, ${field}, ${file.part(value.type, "write")})`;
  }
  if (value.kind !== "struct") return `${file.use("appendString")}(w, from, u.value, ${field})`;
  const { size, align } = sizeOf(value);
  return `${file.use("appendStruct")}(w, from, u.value, ${field}, ${size}, ${align}, ${file.part(value.type, "set")})`;
}

function emitVerify(file: FlatFile, type: Union, members: readonly Member[]): string {
  const cases = members.map(({ number, value }) => `    case ${number}: return ${verifyMember(file, value)};\n`);
  const mark = markOf(members);
  const args = `${mark}v: ${file.useType("Verifier")}, ${mark}at: number, ${mark}field: string, number: number`;
  const body = `  switch (number) {\n${cases.join("")}    default:\n  }\n`;
  return `export function ${file.names.part(type, "verify")}(${args}): void {\n${body}}\n`;
}

function verifyMember(file: FlatFile, value: Value): string {
  if (value.kind === "table") return `v.table(field, at, ${file.part(value.type, "verify")})`;
  if (value.kind !== "struct") return "v.text(field, at)";
  const { size, align } = sizeOf(value);
  return `v.place(field, at, ${size}, ${align})`;
}

function emitPlain(file: FlatFile, type: Union, members: readonly Member[]): string {
  const name = file.names.of(type);
  const cases = members.map((member) => {
    const { value } = member;
    const copy =
      value.kind === "table" || value.kind === "struct" ? `${file.part(value.type, "plain")}(u.value)` : "u.value";
    return `    case "${member.name}": return { case: "${member.name}", value: ${copy} };\n`;
  });
  const body = cases.length === 0 ? "  return u;\n" : `  switch (u.case) {\n${cases.join("")}  }\n`;
  return `export function ${file.names.part(type, "plain")}(u: ${name}): ${name} {\n${body}}\n`;
}
