import type { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { badBytes, badValue } from "./invalid.js";
import { readLongVarint, readShortVarint, writeTag, writeVarint } from "./varint.js";

// 64-bit varints: as `bigint`, and as safe `number` where the schema says `jstype = JS_NUMBER`.

const UINT64 = "a 64-bit unsigned integer";
const INT64 = "a 64-bit integer";

/** `value` as a number where that is exact, else NaN; refuses everything but bigints. */
function exact(tag: number, value: bigint, expected: string): number {
  if (typeof value !== "bigint") badValue(tag, value, expected);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : Number.NaN;
}

/** Writes a non-negative safe integer. */
function putSafe(w: Writer, value: number): void {
  const bytes = w.bytes;
  let pos = w.pos;
  while (value > 0xffffffff) {
    bytes[pos++] = (value & 0x7f) | 0x80;
    value = Math.floor(value / 0x80);
  }
  w.pos = writeVarint(bytes, pos, value);
}

/** Writes any integer of 64 bits, negative ones in two's complement. */
function putBig(w: Writer, value: bigint): void {
  let rest = BigInt.asUintN(64, value);
  while (rest > 0x7fn) {
    w.bytes[w.pos++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  w.bytes[w.pos++] = Number(rest);
}

export function writeUint64(w: Writer, tag: number, value: bigint): void {
  writeTag(w, tag);
  putUint64(w, value, tag);
}

export function putUint64(w: Writer, value: bigint, tag: number): void {
  const number = exact(tag, value, UINT64);
  if (number >= 0) putSafe(w, number);
  else if (value >= 0n && value <= 0xffff_ffff_ffff_ffffn) putBig(w, value);
  else badValue(tag, value, UINT64);
}

export function readUint64(r: Reader): bigint {
  const short = readShortVarint(r);
  return short >= 0 ? BigInt(short) : readLongVarint(r);
}

export function writeInt64(w: Writer, tag: number, value: bigint): void {
  writeTag(w, tag);
  putInt64(w, value, tag);
}

export function putInt64(w: Writer, value: bigint, tag: number): void {
  const number = exact(tag, value, INT64);
  if (number >= 0) putSafe(w, number);
  else if (fitsInt64(value)) putBig(w, value);
  else badValue(tag, value, INT64);
}

export function readInt64(r: Reader): bigint {
  const short = readShortVarint(r);
  return short >= 0 ? BigInt(short) : BigInt.asIntN(64, readLongVarint(r));
}

export function writeSint64(w: Writer, tag: number, value: bigint): void {
  writeTag(w, tag);
  putSint64(w, value, tag);
}

export function putSint64(w: Writer, value: bigint, tag: number): void {
  const number = exact(tag, value, INT64);
  if (number >= 0 && number < 0x1000_0000_0000) putSafe(w, number * 2);
  else if (fitsInt64(value)) putBig(w, (value << 1n) ^ (value >> 63n));
  else badValue(tag, value, INT64);
}

export function readSint64(r: Reader): bigint {
  const value = readUint64(r);
  return (value >> 1n) ^ -(value & 1n);
}

function fitsInt64(value: bigint): boolean {
  return value >= -0x8000_0000_0000_0000n && value <= 0x7fff_ffff_ffff_ffffn;
}

export function writeUint64Number(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putUint64Number(w, value, tag);
}

export function putUint64Number(w: Writer, value: number, tag: number): void {
  if (!Number.isSafeInteger(value) || value < 0) badValue(tag, value, "an unsigned safe integer");
  putSafe(w, value);
}

export function readUint64Number(r: Reader): number {
  const short = readShortVarint(r);
  return short >= 0 ? short : safe(r, readLongVarint(r));
}

export function writeInt64Number(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putInt64Number(w, value, tag);
}

export function putInt64Number(w: Writer, value: number, tag: number): void {
  if (!Number.isSafeInteger(value)) badValue(tag, value, "a safe integer");
  if (value >= 0) putSafe(w, value);
  else putBig(w, BigInt(value));
}

export function readInt64Number(r: Reader): number {
  const short = readShortVarint(r);
  return short >= 0 ? short : safe(r, BigInt.asIntN(64, readLongVarint(r)));
}

export function writeSint64Number(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putSint64Number(w, value, tag);
}

export function putSint64Number(w: Writer, value: number, tag: number): void {
  if (!Number.isSafeInteger(value)) badValue(tag, value, "a safe integer");
  putSint64(w, BigInt(value), tag);
}

export function readSint64Number(r: Reader): number {
  return safe(r, readSint64(r));
}

/** `value` as a number; refuses one that a number would round. */
export function safe(r: Reader, value: bigint): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : badBytes(r, `${value} is not a safe integer`);
}
