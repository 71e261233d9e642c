import { badField } from "./invalid.js";

// What a field of each type can hold; every function returns the value that is stored. They are so small that V8 inlines them
// always (up to 27 bytes of bytecode), and numbers stay unboxed: that is why each has a function of its own that throws.

/** Whether a field is written: it is there, and not what it is without. For each kind of number one function of its own. */
export function isSet(value: number | undefined, otherwise: number): value is number {
  return value !== undefined && value !== otherwise;
}

/** The same for 64-bit integers. */
export function isSetWide(value: bigint | undefined, otherwise: bigint): value is bigint {
  return value !== undefined && value !== otherwise;
}

/** The same for booleans. */
export function isSetBool(value: boolean | undefined, otherwise: boolean): value is boolean {
  return value !== undefined && value !== otherwise;
}

/** The same for floats, among which -0 is not 0, and NaN is NaN. */
export function isSetFloat(value: number | undefined, otherwise: number): value is number {
  return value !== undefined && !Object.is(value, otherwise);
}

export function bool(value: boolean, field: string): number {
  if (typeof value !== "boolean") noBool(value, field);
  return Number(value);
}

export function int8(value: number, field: string): number {
  if ((value << 24) >> 24 !== value) noInt8(value, field);
  return value;
}

export function uint8(value: number, field: string): number {
  if ((value & 0xff) !== value) noUint8(value, field);
  return value;
}

export function int16(value: number, field: string): number {
  if ((value << 16) >> 16 !== value) noInt16(value, field);
  return value;
}

export function uint16(value: number, field: string): number {
  if ((value & 0xffff) !== value) noUint16(value, field);
  return value;
}

export function int32(value: number, field: string): number {
  if ((value | 0) !== value) noInt32(value, field);
  return value;
}

export function uint32(value: number, field: string): number {
  if (value >>> 0 !== value) noUint32(value, field);
  return value;
}

/** 32 bits, as the operators of JavaScript join them: the highest one makes a number negative. */
export function flags32(value: number, field: string): number {
  if (value >>> 0 !== value && (value | 0) !== value) noFlags32(value, field);
  return value;
}

export function int64(value: bigint, field: string): bigint {
  if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value) noInt64(value, field);
  return value;
}

export function uint64(value: bigint, field: string): bigint {
  if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value) noUint64(value, field);
  return value;
}

/** Rounds to the nearest 32-bit float. */
export function float32(value: number, field: string): number {
  if (typeof value !== "number") noFloat32(value, field);
  return Math.fround(value);
}

export function float64(value: number, field: string): number {
  if (typeof value !== "number") noFloat64(value, field);
  return value;
}

function noBool(value: boolean, field: string): never {
  badField(field, value, "a boolean");
}

function noInt8(value: number, field: string): never {
  badField(field, value, "an 8-bit integer");
}

function noUint8(value: number, field: string): never {
  badField(field, value, "an 8-bit unsigned integer");
}

function noInt16(value: number, field: string): never {
  badField(field, value, "a 16-bit integer");
}

function noUint16(value: number, field: string): never {
  badField(field, value, "a 16-bit unsigned integer");
}

function noInt32(value: number, field: string): never {
  badField(field, value, "a 32-bit integer");
}

function noUint32(value: number, field: string): never {
  badField(field, value, "a 32-bit unsigned integer");
}

function noFlags32(value: number, field: string): never {
  badField(field, value, "a set of 32 bits");
}

function noInt64(value: bigint, field: string): never {
  badField(field, value, "a 64-bit integer");
}

function noUint64(value: bigint, field: string): never {
  badField(field, value, "a 64-bit unsigned integer");
}

function noFloat32(value: number, field: string): never {
  badField(field, value, "a number");
}

function noFloat64(value: number, field: string): never {
  badField(field, value, "a number");
}
