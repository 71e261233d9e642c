import { required } from "./invalid.js";
import {
  setBool,
  setFloat32,
  setFloat64,
  setInt16,
  setInt32,
  setInt64,
  setInt8,
  type Set,
  setUint16,
  setUint32,
  setUint64,
  setUint8,
} from "./set.js";
import { type FlatWriter, place } from "./writer.js";

// The fields of the table that was begun. A number that equals `otherwise`, its default, is left out; `undefined` always is.

export function addBool(
  w: FlatWriter,
  slot: number,
  value: boolean | undefined,
  field: string,
  otherwise?: boolean,
): void {
  if (value === undefined || value === otherwise) return;
  setBool(w, place(w, slot, 1, 1), value, field);
}

export function addInt8(
  w: FlatWriter,
  slot: number,
  value: number | undefined,
  field: string,
  otherwise?: number,
): void {
  if (value === undefined || value === otherwise) return;
  setInt8(w, place(w, slot, 1, 1), value, field);
}

export function addUint8(
  w: FlatWriter,
  slot: number,
  value: number | undefined,
  field: string,
  otherwise?: number,
): void {
  if (value === undefined || value === otherwise) return;
  setUint8(w, place(w, slot, 1, 1), value, field);
}

export function addInt16(
  w: FlatWriter,
  slot: number,
  value: number | undefined,
  field: string,
  otherwise?: number,
): void {
  if (value === undefined || value === otherwise) return;
  setInt16(w, place(w, slot, 2, 2), value, field);
}

export function addUint16(
  w: FlatWriter,
  slot: number,
  value: number | undefined,
  field: string,
  otherwise?: number,
): void {
  if (value === undefined || value === otherwise) return;
  setUint16(w, place(w, slot, 2, 2), value, field);
}

export function addInt32(
  w: FlatWriter,
  slot: number,
  value: number | undefined,
  field: string,
  otherwise?: number,
): void {
  if (value === undefined || value === otherwise) return;
  setInt32(w, place(w, slot, 4, 4), value, field);
}

export function addUint32(
  w: FlatWriter,
  slot: number,
  value: number | undefined,
  field: string,
  otherwise?: number,
): void {
  if (value === undefined || value === otherwise) return;
  setUint32(w, place(w, slot, 4, 4), value, field);
}

export function addInt64(
  w: FlatWriter,
  slot: number,
  value: bigint | undefined,
  field: string,
  otherwise?: bigint,
): void {
  if (value === undefined || value === otherwise) return;
  setInt64(w, place(w, slot, 8, 8), value, field);
}

export function addUint64(
  w: FlatWriter,
  slot: number,
  value: bigint | undefined,
  field: string,
  otherwise?: bigint,
): void {
  if (value === undefined || value === otherwise) return;
  setUint64(w, place(w, slot, 8, 8), value, field);
}

export function addFloat32(
  w: FlatWriter,
  slot: number,
  value: number | undefined,
  field: string,
  otherwise?: number,
): void {
  if (value === undefined || Object.is(Math.fround(value), otherwise)) return;
  setFloat32(w, place(w, slot, 4, 4), value, field);
}

export function addFloat64(
  w: FlatWriter,
  slot: number,
  value: number | undefined,
  field: string,
  otherwise?: number,
): void {
  if (value === undefined || Object.is(value, otherwise)) return;
  setFloat64(w, place(w, slot, 8, 8), value, field);
}

/** Adds a struct of `size` bytes. */
export function addStruct<T>(
  w: FlatWriter,
  slot: number,
  value: T | undefined,
  field: string,
  size: number,
  alignment: number,
  set: Set<T>,
): void {
  if (value !== undefined) set(w, place(w, slot, size, alignment), value, field);
}

/** Makes room for an offset, and returns where; 0 when there is nothing that it could lead to. */
export function addOffset(w: FlatWriter, slot: number, value: unknown): number {
  return value === undefined ? 0 : place(w, slot, 4, 4);
}

/** As `addOffset`, but refuses when there is nothing. */
export function addRequired(w: FlatWriter, slot: number, value: unknown, field: string): number {
  required(value, field);
  return place(w, slot, 4, 4);
}
