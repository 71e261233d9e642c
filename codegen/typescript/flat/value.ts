import {
  type FlatEnum,
  type Scalar,
  SCALAR_BYTES,
  type Struct,
  type Table,
  type Type,
  type Union,
} from "../../fbs/model.js";
import { lowerFirst, upperFirst } from "../names.js";
import { type FlatFile, targetOf } from "./file.js";
import { fieldName } from "./names.js";

/** What a field holds, with its type found. */
export type Value =
  | { readonly kind: "bool" }
  | { readonly kind: "number"; readonly scalar: Exclude<Scalar, "bool">; readonly of?: FlatEnum }
  | { readonly kind: "string" }
  | { readonly kind: "table"; readonly type: Table }
  | { readonly kind: "struct"; readonly type: Struct }
  | { readonly kind: "union"; readonly type: Union }
  | { readonly kind: "list"; readonly item: Value }
  | { readonly kind: "array"; readonly item: Value; readonly length: number };

export type NumberValue = Value & { readonly kind: "number" };

export function valueOf(type: Type): Value {
  if (type.kind === "list") return { kind: "list", item: valueOf(type.item) };
  if (type.kind === "array") return { ...type, item: valueOf(type.item) };
  if (type.kind === "scalar") return scalarValue(type.scalar);
  if (type.kind !== "type") return type;
  const target = targetOf(type.ref);
  if (target.kind === "table") return { kind: "table", type: target };
  if (target.kind === "struct") return { kind: "struct", type: target };
  if (target.kind === "union") return { kind: "union", type: target };
  return { kind: "number", scalar: target.base === "bool" ? "uint8" : target.base, of: target };
}

function scalarValue(scalar: Scalar): Value {
  return scalar === "bool" ? { kind: "bool" } : { kind: "number", scalar };
}

/** Bytes that a value takes where it stands: in a table, a struct or a list; what is elsewhere takes an offset. */
export function sizeOf(value: Value): { readonly size: number; readonly align: number } {
  if (value.kind === "bool") return { size: 1, align: 1 };
  if (value.kind === "number") return { size: SCALAR_BYTES[value.scalar], align: SCALAR_BYTES[value.scalar] };
  if (value.kind === "struct") return value.type;
  if (value.kind !== "array") return { size: 4, align: 4 };
  const { size, align } = sizeOf(value.item);
  return { size: size * value.length, align };
}

/** How the functions of the runtime for such a number end. */
export function suffixOf({ scalar }: NumberValue): string {
  return upperFirst(scalar);
}

/** How the functions of the runtime end that store such a value. */
export function storedAs(value: Value): string {
  if (value.kind === "bool") return "Bool";
  if (value.kind !== "number") throw new Error(`a ${value.kind} is no number`);
  return value.of?.flags === true && value.scalar === "uint32" ? "Flags32" : suffixOf(value);
}

/** The call that stores `expression` at `at` of `view`. */
export function store(file: FlatFile, value: Value, at: string, expression: string, field: string): string {
  if (value.kind === "number" && isWide(value)) {
    return `${file.use(`set${storedAs(value)}`)}(view, ${at}, ${expression}, ${field})`;
  }
  const check = `${file.use(lowerFirst(storedAs(value)))}(${expression}, ${field})`;
  if (value.kind !== "number") return `view.setUint8(${at}, ${check})`;
  return `view.set${suffixOf(value)}(${at}, ${check}${sizeOf(value).size === 1 ? "" : ", true"})`;
}

export function isWide({ scalar }: NumberValue): boolean {
  return scalar === "int64" || scalar === "uint64";
}

/** The class of typed arrays that hold such numbers. */
export function arrayOf(file: FlatFile, value: NumberValue): string {
  return file.global(`${isWide(value) ? "Big" : ""}${suffixOf(value)}Array`);
}

export function typeOf(file: FlatFile, value: Value): string {
  if (value.kind === "string") return "string";
  if (value.kind === "bool") return "boolean";
  if (value.kind === "number") return numberType(file, value);
  if (value.kind !== "list" && value.kind !== "array") return file.type(value.type);
  const { item } = value;
  if (item.kind === "number" && item.of === undefined) return arrayOf(file, item);
  const type = typeOf(file, item);
  return `${file.useType("List")}<${item.kind === "union" ? `${type} | undefined` : type}>`;
}

function numberType(file: FlatFile, value: NumberValue): string {
  if (value.of !== undefined) return file.type(value.of);
  return isWide(value) ? "bigint" : "number";
}

/** A number, as the schema gives it, in TypeScript. */
export function literal(value: number | bigint | boolean | string | readonly [] | undefined, of?: NumberValue): string {
  if (typeof value === "bigint") return of !== undefined && !isWide(of) ? String(value) : `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "number") return String(value);
  if (of !== undefined && isWide(of)) return `${value}n`;
  if (Number.isNaN(value)) return "NaN";
  return Object.is(value, -0) ? "-0" : String(of?.scalar === "float32" ? Math.fround(value) : value);
}

/** The function that compares keys of such a type: lists item by item, structs field by field. */
export function compareOf(file: FlatFile, value: Value): string {
  if (value.kind === "string") return file.use("compareTexts");
  if (value.kind === "array") return `${file.use("compareLists")}(${compareOf(file, value.item)})`;
  if (value.kind !== "struct") return file.use(value.kind === "bool" ? "compareBools" : "compareNumbers");
  const type = file.type(value.type);
  const fields = value.type.fields.map((field) => {
    return `${file.use("compareBy")}((m: ${type}) => m.${fieldName(field.name)}, ${compareOf(file, valueOf(field.type))})`;
  });
  return `${file.use("inTurn")}(${fields.join(", ")})`;
}
