import type { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { begin, finish, writeLength } from "./block.js";
import { readPacked } from "./bounds.js";
import { badBytes, badValue } from "./invalid.js";
import { putNegative } from "./integer.js";

// Whole packed lists of the numbers that come in long ones. A loop for each takes a quarter (doubles written) to nine tenths
// (varints read) of the time of a call an item. Lists of other types are read and written item by item.

/** How 32-bit integers stand on the wire. */
type Kind = typeof SIGNED | typeof UNSIGNED | typeof ZIGZAG;
const SIGNED = 0;
const UNSIGNED = 1;
const ZIGZAG = 2;

export function readPackedInt32(r: Reader, end: number, list: number[]): void {
  readIntegers(r, end, list, SIGNED);
}

export function readPackedUint32(r: Reader, end: number, list: number[]): void {
  readIntegers(r, end, list, UNSIGNED);
}

export function readPackedSint32(r: Reader, end: number, list: number[]): void {
  readIntegers(r, end, list, ZIGZAG);
}

function readIntegers(r: Reader, end: number, list: number[], kind: Kind): void {
  const stop = readPacked(r, end, list);
  const bytes = r.bytes;
  let pos = r.pos;
  while (pos < stop) {
    let byte = bytes[pos++];
    let value = byte & 0x7f;
    for (let shift = 7; byte > 0x7f && shift < 70; shift += 7) {
      byte = bytes[pos++];
      if (shift < 32) value |= (byte & 0x7f) << shift;
    }
    if (byte > 0x7f) badBytes(r, "a varint does not end within 10 bytes");
    list.push(kind === ZIGZAG ? (value >>> 1) ^ -(value & 1) : kind === UNSIGNED ? value >>> 0 : value);
  }
  if (pos > stop) badBytes(r, "runs past the end of its packed list");
  r.pos = pos;
}

export function writePackedInt32(w: Writer, tag: number, list: readonly number[]): void {
  writeIntegers(w, tag, list, SIGNED);
}

export function writePackedUint32(w: Writer, tag: number, list: readonly number[]): void {
  writeIntegers(w, tag, list, UNSIGNED);
}

export function writePackedSint32(w: Writer, tag: number, list: readonly number[]): void {
  writeIntegers(w, tag, list, ZIGZAG);
}

function writeIntegers(w: Writer, tag: number, list: readonly number[], kind: Kind): void {
  const start = begin(w, tag);
  const bytes = w.bytes;
  let pos = w.pos;
  // By index: a loop over the items themselves boxes them where some lists hold doubles.
  for (let i = 0; i < list.length; i++) {
    let bits = integer(list[i], tag, kind);
    if (kind === ZIGZAG) bits = (bits << 1) ^ (bits >> 31);
    if (bits < 0 && kind === SIGNED) {
      pos = putNegative(bytes, pos, bits);
      continue;
    }
    while ((bits & ~0x7f) !== 0) {
      bytes[pos++] = bits | 0x80;
      bits >>>= 7;
    }
    bytes[pos++] = bits;
  }
  w.pos = pos;
  finish(w, start);
}

/** The 32 bits of `value`, which must have no others. */
function integer(value: number, tag: number, kind: Kind): number {
  const isUnsigned = kind === UNSIGNED;
  if (typeof value === "number" && (isUnsigned ? value >>> 0 : value | 0) === value) return value | 0;
  return badValue(tag, value, isUnsigned ? "a 32-bit unsigned integer" : "a 32-bit integer");
}

/** Makes room in `list` for all items of a packed list, of `size` bytes each; returns where they end. */
function makeRoom(r: Reader, end: number, list: number[], size: number): number {
  const stop = readPacked(r, end, list);
  if ((stop - r.pos) % size !== 0) badBytes(r, "runs past the end of its packed list");
  list.length += (stop - r.pos) / size;
  return stop;
}

export function readPackedDouble(r: Reader, end: number, list: number[]): void {
  let at = list.length;
  const stop = makeRoom(r, end, list, 8);
  const view = r.view;
  for (let pos = r.pos; pos < stop; pos += 8) list[at++] = view.getFloat64(pos, true);
  r.pos = stop;
}

export function writePackedDouble(w: Writer, tag: number, list: readonly number[]): void {
  writeLength(w, tag, list.length * 8);
  const { view, pos } = w;
  w.pos += list.length * 8;
  if (!w.fits) return;
  for (let i = 0; i < list.length; i++) {
    const value = list[i];
    if (typeof value !== "number") badValue(tag, value, "a number");
    view.setFloat64(pos + 8 * i, value, true);
  }
}

export function readPackedFloat(r: Reader, end: number, list: number[]): void {
  let at = list.length;
  const stop = makeRoom(r, end, list, 4);
  const view = r.view;
  for (let pos = r.pos; pos < stop; pos += 4) list[at++] = view.getFloat32(pos, true);
  r.pos = stop;
}

/** Rounds each to the nearest 32-bit float. */
export function writePackedFloat(w: Writer, tag: number, list: readonly number[]): void {
  writeLength(w, tag, list.length * 4);
  const { view, pos } = w;
  w.pos += list.length * 4;
  if (!w.fits) return;
  for (let i = 0; i < list.length; i++) {
    const value = list[i];
    if (typeof value !== "number") badValue(tag, value, "a number");
    view.setFloat32(pos + 4 * i, value, true);
  }
}
