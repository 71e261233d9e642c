import { badField } from "./invalid.js";

// What a field of each type can hold; every function returns the value that is stored. They are small, so that they are
// inlined wherever they are called and numbers stay unboxed.

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
  return typeof value === "boolean" ? Number(value) : badField(field, value, "a boolean");
}

export function int8(value: number, field: string): number {
  return (value << 24) >> 24 === value ? value : badField(field, value, "an 8-bit integer");
}

export function uint8(value: number, field: string): number {
  return (value & 0xff) === value ? value : badField(field, value, "an 8-bit unsigned integer");
}

export function int16(value: number, field: string): number {
  return (value << 16) >> 16 === value ? value : badField(field, value, "a 16-bit integer");
}

export function uint16(value: number, field: string): number {
  return (value & 0xffff) === value ? value : badField(field, value, "a 16-bit unsigned integer");
}

export function int32(value: number, field: string): number {
  return (value | 0) === value ? value : badField(field, value, "a 32-bit integer");
}

export function uint32(value: number, field: string): number {
  return value >>> 0 === value ? value : badField(field, value, "a 32-bit unsigned integer");
}

/** 32 bits, as the operators of JavaScript join them: the highest one makes a number negative. */
export function flags32(value: number, field: string): number {
  return value >>> 0 === value || (value | 0) === value ? value : badField(field, value, "a set of 32 bits");
}

export function int64(value: bigint, field: string): bigint {
  return typeof value === "bigint" && BigInt.asIntN(64, value) === value
    ? value
    : badField(field, value, "a 64-bit integer");
}

export function uint64(value: bigint, field: string): bigint {
  return typeof value === "bigint" && BigInt.asUintN(64, value) === value
    ? value
    : badField(field, value, "a 64-bit unsigned integer");
}

/** Rounds to the nearest 32-bit float. */
export function float32(value: number, field: string): number {
  return typeof value === "number" ? Math.fround(value) : badField(field, value, "a number");
}

export function float64(value: number, field: string): number {
  return typeof value === "number" ? value : badField(field, value, "a number");
}
