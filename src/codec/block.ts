import type { Reader } from "../bytes/reader.js";
import { readLooseText, readText, writeText } from "../bytes/text.js";
import type { Writer } from "../bytes/writer.js";
import { readEnd } from "./bounds.js";
import { charge } from "./budget.js";
import { badBytes, badValue } from "./invalid.js";
import { sizeOfVarint, writeTag, writeVarint } from "./varint.js";

// What carries its length in front: text, bytes, messages and packed lists.

/** What a `bytes` field holds when nothing was sent. */
export const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** Heap that a `Uint8Array` takes beside its bytes. */
const ARRAY_BYTES = 200;

/** Writes a tag and keeps one byte for a length; returns where the content starts, for `finish`. */
export function begin(w: Writer, tag: number): number {
  writeTag(w, tag);
  return ++w.pos;
}

/** Writes the length of what was written since `begin`, which moves up when the length takes more than one byte. */
export function finish(w: Writer, start: number): void {
  const length = w.pos - start;
  if (length < 0x80) w.bytes[start - 1] = length;
  else finishLong(w, start, length);
}

function finishLong(w: Writer, start: number, length: number): void {
  const extra = sizeOfVarint(length) - 1;
  w.bytes.copyWithin(start + extra, start, w.pos);
  writeVarint(w.bytes, start - 1, length);
  w.pos += extra;
}

/** Writes a message inside another. */
export function writeMessage<T>(w: Writer, tag: number, value: T, write: (w: Writer, value: T) => void): void {
  const start = begin(w, tag);
  write(w, value);
  finish(w, start);
}

/** Writes a tag and a length that is known beforehand. */
export function writeLength(w: Writer, tag: number, length: number): void {
  writeTag(w, tag);
  w.pos = writeVarint(w.bytes, w.pos, length);
}

export function writeString(w: Writer, tag: number, value: string): void {
  if (typeof value !== "string") badValue(tag, value, "a string");
  writeTag(w, tag);
  if (value.length > 0x7f) return writeLongString(w, value);
  const bytes = w.bytes;
  const start = w.pos + 1;
  const end = writeText(bytes, start, value);
  w.pos = end;
  if (end - start < 0x80) bytes[start - 1] = end - start;
  else finishLong(w, start, end - start);
}

/** Text is nearly always as many bytes as characters: room for that length is kept, and set right if it was wrong. */
function writeLongString(w: Writer, value: string): void {
  const bytes = w.bytes;
  const lengthAt = w.pos;
  const start = lengthAt + sizeOfVarint(value.length);
  const end = writeText(bytes, start, value);
  const shift = lengthAt + sizeOfVarint(end - start) - start;
  if (shift > 0) bytes.copyWithin(start + shift, start, end);
  writeVarint(bytes, lengthAt, end - start);
  w.pos = end + shift;
}

export function readString(r: Reader, end: number): string {
  const stop = readEnd(r, end);
  const start = r.pos;
  r.pos = stop;
  try {
    return readText(r.bytes, start, stop);
  } catch {
    return badBytes(r, "the string is not valid UTF-8");
  }
}

/** A string of a schema that does not ask for UTF-8: what is none is read as U+FFFD. */
export function readLooseString(r: Reader, end: number): string {
  const stop = readEnd(r, end);
  const start = r.pos;
  r.pos = stop;
  return readLooseText(r.bytes, start, stop);
}

export function writeBytes(w: Writer, tag: number, value: Uint8Array): void {
  if (!(value instanceof Uint8Array)) badValue(tag, value, "a Uint8Array");
  writeLength(w, tag, value.length);
  const pos = w.pos;
  w.pos = pos + value.length;
  if (w.pos <= w.bytes.length && value.length > 0) w.bytes.set(value, pos);
}

/** The bytes: a view where the reader may lend one, else in memory of their own, since what was read into will be reused. */
export function readBytes(r: Reader, end: number): Uint8Array {
  const stop = readEnd(r, end);
  const start = r.pos;
  r.pos = stop;
  return start === stop ? NO_BYTES : charge(r, ARRAY_BYTES, take(r, start));
}

/** The bytes between `start` and where the reader is. */
function take(r: Reader, start: number): Uint8Array {
  if (r.mayBorrow) {
    r.hasBorrowed = true;
    return r.bytes.subarray(start, r.pos);
  }
  r.copiedBytes += r.pos - start;
  return copy(r.bytes, start, r.pos);
}

/** A plain `Uint8Array` whatever was read from: `slice` of a subclass may well be a view. */
function copy(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes.slice(start, end) : new Uint8Array(bytes.subarray(start, end));
}
