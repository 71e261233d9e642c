import type { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { badValue } from "./invalid.js";
import { readVarint, writeTag, writeVarint } from "./varint.js";
import { HIGH, LOW, readWords, words } from "./words.js";

// Each kind has three functions: `write` for a field, `put` for a value without a tag, as packed lists hold
// them (there, `tag` is only what an error names), and `read`.

export function writeUint32(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putUint32(w, value, tag);
}

export function putUint32(w: Writer, value: number, tag: number): void {
  if (typeof value !== "number" || value >>> 0 !== value) badValue(tag, value, "a 32-bit unsigned integer");
  w.pos = writeVarint(w.bytes, w.pos, value);
}

export function readUint32(r: Reader): number {
  return readVarint(r);
}

export function writeInt32(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putInt32(w, value, tag);
}

export function putInt32(w: Writer, value: number, tag: number): void {
  if (typeof value !== "number" || (value | 0) !== value) badValue(tag, value, "a 32-bit integer");
  if (value >= 0) w.pos = writeVarint(w.bytes, w.pos, value);
  else w.pos = putNegative(w.bytes, w.pos, value);
}

export function readInt32(r: Reader): number {
  return readVarint(r) | 0;
}

/**
 * Writes a negative 32-bit integer at `pos` and returns the position behind it. It travels as a 64-bit one: five bytes for
 * the low half, five of sign.
 */
export function putNegative(bytes: Uint8Array, pos: number, value: number): number {
  for (let shift = 0; shift < 28; shift += 7) bytes[pos++] = (value >>> shift) | 0x80;
  bytes[pos++] = (value >> 28) | 0x80;
  for (let i = 0; i < 4; i++) bytes[pos++] = 0xff;
  bytes[pos++] = 1;
  return pos;
}

export function writeSint32(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putSint32(w, value, tag);
}

export function putSint32(w: Writer, value: number, tag: number): void {
  if (typeof value !== "number" || (value | 0) !== value) badValue(tag, value, "a 32-bit integer");
  w.pos = writeVarint(w.bytes, w.pos, ((value << 1) ^ (value >> 31)) >>> 0);
}

export function readSint32(r: Reader): number {
  const value = readVarint(r);
  return (value >>> 1) ^ -(value & 1);
}

export function writeEnum(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putEnum(w, value, tag);
}

/** Numbers the schema does not name pass: a newer peer may know them. */
export function putEnum(w: Writer, value: number, tag: number): void {
  putInt32(w, value, tag);
}

/** `T` is what the schema names; numbers that a newer peer knows pass unchanged. */
// oxlint-disable-next-line no-unnecessary-type-parameters
export function readEnum<T extends number>(r: Reader): T {
  // oxlint-disable-next-line no-unsafe-type-assertion
  return readInt32(r) as T;
}

export function writeBool(w: Writer, tag: number, value: boolean): void {
  writeTag(w, tag);
  putBool(w, value, tag);
}

export function putBool(w: Writer, value: boolean, tag: number): void {
  if (typeof value !== "boolean") badValue(tag, value, "a boolean");
  w.bytes[w.pos++] = value ? 1 : 0;
}

export function readBool(r: Reader): boolean {
  const byte = r.bytes[r.pos];
  if (byte > 1) return readLongBool(r);
  r.pos++;
  return byte === 1;
}

function readLongBool(r: Reader): boolean {
  readWords(r);
  return (words[LOW] | words[HIGH]) !== 0;
}
