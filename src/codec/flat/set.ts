import { badField } from "./invalid.js";
import type { List } from "./list.js";
import { type NumbersClass } from "./numbers.js";
import type { FlatWriter } from "./writer.js";
import { put16, put32 } from "./writer.js";

// Values at a place that is theirs already: in structs and lists. A `DataView` throws at the end of its memory where a
// plain store does nothing, hence the checks for room.

/** Stores one value at `at`. */
export type Set<T> = (w: FlatWriter, at: number, value: T, field: string) => void;

export function setBool(w: FlatWriter, at: number, value: boolean, field: string): void {
  if (typeof value !== "boolean") badField(field, value, "a boolean");
  w.bytes[at] = value ? 1 : 0;
}

export function setInt8(w: FlatWriter, at: number, value: number, field: string): void {
  if (typeof value !== "number" || (value << 24) >> 24 !== value) badField(field, value, "an 8-bit integer");
  w.bytes[at] = value;
}

export function setUint8(w: FlatWriter, at: number, value: number, field: string): void {
  if (typeof value !== "number" || (value & 0xff) !== value) badField(field, value, "an 8-bit unsigned integer");
  w.bytes[at] = value;
}

export function setInt16(w: FlatWriter, at: number, value: number, field: string): void {
  if (typeof value !== "number" || (value << 16) >> 16 !== value) badField(field, value, "a 16-bit integer");
  put16(w, at, value);
}

export function setUint16(w: FlatWriter, at: number, value: number, field: string): void {
  if (typeof value !== "number" || (value & 0xffff) !== value) badField(field, value, "a 16-bit unsigned integer");
  put16(w, at, value);
}

export function setInt32(w: FlatWriter, at: number, value: number, field: string): void {
  if (typeof value !== "number" || (value | 0) !== value) badField(field, value, "a 32-bit integer");
  put32(w, at, value);
}

export function setUint32(w: FlatWriter, at: number, value: number, field: string): void {
  if (typeof value !== "number" || value >>> 0 !== value) badField(field, value, "a 32-bit unsigned integer");
  put32(w, at, value);
}

export function setInt64(w: FlatWriter, at: number, value: bigint, field: string): void {
  if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value) badField(field, value, "a 64-bit integer");
  if (at + 8 <= w.bytes.length) w.view.setBigInt64(at, value, true);
}

export function setUint64(w: FlatWriter, at: number, value: bigint, field: string): void {
  if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value) {
    badField(field, value, "a 64-bit unsigned integer");
  }
  if (at + 8 <= w.bytes.length) w.view.setBigUint64(at, value, true);
}

export function setFloat32(w: FlatWriter, at: number, value: number, field: string): void {
  if (typeof value !== "number") badField(field, value, "a number");
  if (at + 4 <= w.bytes.length) w.view.setFloat32(at, value, true);
}

export function setFloat64(w: FlatWriter, at: number, value: number, field: string): void {
  if (typeof value !== "number") badField(field, value, "a number");
  if (at + 8 <= w.bytes.length) w.view.setFloat64(at, value, true);
}

/** Stores the `length` items of a fixed array, `size` bytes each. */
export function setArray<T>(
  w: FlatWriter,
  at: number,
  list: List<T>,
  field: string,
  length: number,
  size: number,
  set: Set<T>,
): void {
  if (list?.length !== length) badField(field, list, `a list of ${length}`);
  let place = at;
  for (const item of list) {
    set(w, place, item, field);
    place += size;
  }
}

/** Clears `[from, to)`, which no field is in. */
export function zero(w: FlatWriter, from: number, to: number): void {
  for (let at = from; at < to; at++) w.bytes[at] = 0;
}

/** Stores numbers one behind the other; those of a typed array that are stored as they are, at once. */
export function setNumbers<T extends number | bigint, A extends ArrayBufferView>(
  w: FlatWriter,
  at: number,
  list: List<T>,
  field: string,
  type: NumbersClass<A>,
  set: Set<T>,
): void {
  const size = type.BYTES_PER_ELEMENT;
  if (list.length > LOOP_LENGTH && list instanceof type) {
    const bytes = new Uint8Array(list.buffer, list.byteOffset, list.byteLength);
    if (at + bytes.length <= w.bytes.length) w.bytes.set(bytes, at);
    return;
  }
  let place = at;
  for (const item of list) {
    set(w, place, item, field);
    place += size;
  }
}

/** Up to so many numbers, a loop beats the view that it takes to copy them at once. */
const LOOP_LENGTH = 16;
