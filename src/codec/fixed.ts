import type { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { badValue } from "./invalid.js";
import { writeTag } from "./varint.js";
import { safeSigned, safeUnsigned } from "./wide.js";
import { HIGH, LOW, setNumber, words } from "./words.js";

// Numbers of fixed width. A `DataView` throws at the end of its memory where a plain store does nothing, hence the
// checks for room.

/** Whether `value` is the default; -0 is not. */
export function isZero(value: number): boolean {
  return value === 0 && 1 / value > 0;
}

export function writeDouble(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putDouble(w, value, tag);
}

export function putDouble(w: Writer, value: number, tag: number): void {
  if (typeof value !== "number") badValue(tag, value, "a number");
  const pos = w.pos;
  w.pos = pos + 8;
  if (w.pos <= w.bytes.length) w.view.setFloat64(pos, value, true);
}

export function readDouble(r: Reader): number {
  const value = r.view.getFloat64(r.pos, true);
  r.pos += 8;
  return value;
}

export function writeFloat(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putFloat(w, value, tag);
}

/** Rounds to the nearest 32-bit float. */
export function putFloat(w: Writer, value: number, tag: number): void {
  if (typeof value !== "number") badValue(tag, value, "a number");
  const pos = w.pos;
  w.pos = pos + 4;
  if (w.pos <= w.bytes.length) w.view.setFloat32(pos, value, true);
}

export function readFloat(r: Reader): number {
  const value = r.view.getFloat32(r.pos, true);
  r.pos += 4;
  return value;
}

export function writeFixed32(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putFixed32(w, value, tag);
}

export function putFixed32(w: Writer, value: number, tag: number): void {
  if (typeof value !== "number" || value >>> 0 !== value) badValue(tag, value, "a 32-bit unsigned integer");
  putBits32(w, value);
}

export function readFixed32(r: Reader): number {
  return readSfixed32(r) >>> 0;
}

export function writeSfixed32(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putSfixed32(w, value, tag);
}

export function putSfixed32(w: Writer, value: number, tag: number): void {
  if (typeof value !== "number" || (value | 0) !== value) badValue(tag, value, "a 32-bit integer");
  putBits32(w, value);
}

export function readSfixed32(r: Reader): number {
  const bytes = r.bytes;
  const pos = r.pos;
  r.pos = pos + 4;
  return bytes[pos] | (bytes[pos + 1] << 8) | (bytes[pos + 2] << 16) | (bytes[pos + 3] << 24);
}

function putBits32(w: Writer, value: number): void {
  const bytes = w.bytes;
  const pos = w.pos;
  bytes[pos] = value;
  bytes[pos + 1] = value >>> 8;
  bytes[pos + 2] = value >>> 16;
  bytes[pos + 3] = value >>> 24;
  w.pos = pos + 4;
}

export function writeFixed64(w: Writer, tag: number, value: bigint): void {
  writeTag(w, tag);
  putFixed64(w, value, tag);
}

export function putFixed64(w: Writer, value: bigint, tag: number): void {
  if (typeof value !== "bigint" || value < 0n || value > 0xffff_ffff_ffff_ffffn) {
    badValue(tag, value, "a 64-bit unsigned integer");
  }
  putBits64(w, value);
}

export function readFixed64(r: Reader): bigint {
  const value = r.view.getBigUint64(r.pos, true);
  r.pos += 8;
  return value;
}

export function writeSfixed64(w: Writer, tag: number, value: bigint): void {
  writeTag(w, tag);
  putSfixed64(w, value, tag);
}

export function putSfixed64(w: Writer, value: bigint, tag: number): void {
  if (typeof value !== "bigint" || value < -0x8000_0000_0000_0000n || value > 0x7fff_ffff_ffff_ffffn) {
    badValue(tag, value, "a 64-bit integer");
  }
  putBits64(w, value);
}

export function readSfixed64(r: Reader): bigint {
  const value = r.view.getBigInt64(r.pos, true);
  r.pos += 8;
  return value;
}

function putBits64(w: Writer, value: bigint): void {
  const pos = w.pos;
  w.pos = pos + 8;
  if (w.pos <= w.bytes.length) w.view.setBigInt64(pos, value, true);
}

function putNumber(w: Writer, value: number): void {
  setNumber(value);
  putBits32(w, words[LOW]);
  putBits32(w, words[HIGH]);
}

function takeWords(r: Reader): void {
  words[LOW] = readSfixed32(r);
  words[HIGH] = readSfixed32(r);
}

export function writeFixed64Number(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putFixed64Number(w, value, tag);
}

export function putFixed64Number(w: Writer, value: number, tag: number): void {
  if (!Number.isSafeInteger(value) || value < 0) badValue(tag, value, "an unsigned safe integer");
  putNumber(w, value);
}

export function readFixed64Number(r: Reader): number {
  takeWords(r);
  return safeUnsigned(r);
}

export function writeSfixed64Number(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putSfixed64Number(w, value, tag);
}

export function putSfixed64Number(w: Writer, value: number, tag: number): void {
  if (!Number.isSafeInteger(value)) badValue(tag, value, "a safe integer");
  putNumber(w, value);
}

export function readSfixed64Number(r: Reader): number {
  takeWords(r);
  return safeSigned(r);
}
