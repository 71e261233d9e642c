import { fnv1a } from "../hash.js";
import { kindOf } from "../table.js";
import type { Scalar, Service, Struct, Table, TableField, Type, TypeRef, Union } from "./model.js";

const SCALARS: Readonly<Record<Scalar, string>> = {
  bool: "flag",
  int8: "i8",
  uint8: "u8",
  int16: "i16",
  uint16: "u16",
  int32: "i32",
  uint32: "u32",
  int64: "i64",
  uint64: "u64",
  float32: "f32",
  float64: "f64",
};

/**
 * What of a service matters on the wire, a line each: its methods, and all tables and unions reached from them. Two
 * schemas whose peers cannot tell them apart have the same table (see docs/wire.md).
 */
export function flatTableOf(service: Service): string[] {
  const types = byName(reached(service));
  const methods = byName(service.methods.map((method) => ({ ...method, fullName: method.name })));
  return [
    ...methods.map((method) => {
      return `rpc ${method.name} ${kindOf(method)} ${nameOf(method.request)} ${nameOf(method.response)}`;
    }),
    ...types.filter((type) => type.kind === "table").map(tableLine),
    ...types.filter((type) => type.kind === "union").map(unionLine),
  ];
}

function reached(service: Service): (Table | Union)[] {
  const found = new Set<Table | Union>();
  const add = (type: Type): void => {
    if (type.kind === "list") return add(type.item);
    const target = type.kind === "type" ? type.ref.target : undefined;
    if (target?.kind === "table" || target?.kind === "union") found.add(target);
  };
  for (const { request, response } of service.methods) {
    for (const ref of [request, response]) add({ kind: "type", ref });
  }
  // A set that grows while it is walked hands out what was added, too.
  for (const part of found) {
    if (part.kind === "table") fieldsOf(part).forEach(({ type }) => add(type));
    else part.members.forEach(({ type }) => add(type));
  }
  return [...found];
}

function tableLine(table: Table): string {
  const fields = fieldsOf(table).toSorted((a, b) => a.slot - b.slot);
  return ["table", table.fullName, ...fields.map(fieldText)].join(" ");
}

function fieldsOf({ fields }: Table): readonly TableField[] {
  return fields.filter(({ deprecated }) => !deprecated);
}

function fieldText({ slot, type, presence }: TableField): string {
  const shape = type.kind === "list" ? `${word(type.item)}[]` : word(type);
  return `${slot}:${shape}${presence === "required" ? "!" : ""}`;
}

function unionLine({ fullName, members }: Union): string {
  const named = members.filter(({ number }) => number !== 0n);
  return ["union", fullName, ...named.map(({ number, type }) => `${number}:${word(type)}`)].join(" ");
}

/** A type as one word; that of a struct stands for how it lies in memory. */
function word(type: Type): string {
  if (type.kind === "string") return "text";
  if (type.kind === "scalar") return SCALARS[type.scalar];
  if (type.kind !== "type") throw new Error(`a ${type.kind} stands in a struct or table only`);
  const { target, name } = type.ref;
  if (target === undefined) throw new Error(`${name} was not resolved`);
  if (target.kind === "enum") return SCALARS[target.base];
  return target.kind === "struct" ? structWord(target) : target.fullName;
}

function structWord(struct: Struct): string {
  const hash = fnv1a(layout(struct)).toString(16).padStart(8, "0");
  return `struct.${struct.size}.${struct.align}.${hash}`;
}

function layout({ fields }: Struct): string {
  return fields.map(({ offset, type }) => `${offset}:${inPlace(type)}`).join(" ");
}

function inPlace(type: Type): string {
  if (type.kind === "array") return `${inPlace(type.item)}*${type.length}`;
  return type.kind === "type" && type.ref.target?.kind === "struct" ? `(${layout(type.ref.target)})` : word(type);
}

function nameOf({ name, target }: TypeRef): string {
  if (target === undefined) throw new Error(`${name} was not resolved`);
  return target.fullName;
}

function byName<T extends { readonly fullName: string }>(parts: readonly T[]): T[] {
  return parts.toSorted((a, b) => (a.fullName < b.fullName ? -1 : 1));
}
