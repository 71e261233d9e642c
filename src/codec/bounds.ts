import type { Reader } from "../bytes/reader.js";
import { grown } from "./budget.js";
import { badBytes } from "./invalid.js";
import { readVarint } from "./varint.js";
import { asUnsigned, HIGH, readWords, words } from "./words.js";

/** How deep messages and groups may nest; hostile bytes could otherwise exhaust the stack. */
const MAX_DEPTH = 100;

/** Reads a message inside the one that ends at `end`; `into` is what was read of it so far. */
export function readMessage<T>(r: Reader, end: number, read: (r: Reader, end: number, into?: T) => T, into?: T): T {
  const inner = readEnd(r, end);
  enter(r);
  return read(r, inner, into);
}

/** Counts one level of nesting; `leave` ends it. */
export function enter(r: Reader): void {
  if (++r.depth > MAX_DEPTH) badBytes(r, `messages nest deeper than ${MAX_DEPTH}`);
}

/** Closes the message that ends at `end`. */
export function leave(r: Reader, end: number): void {
  if (r.pos !== end) badBytes(r, "runs past the end of its message");
  r.depth--;
}

/** Reads the length of a packed list for `list` in a message that ends at `end`; returns where its items end. */
export function readPacked(r: Reader, end: number, list: unknown[]): number {
  const stop = readEnd(r, end);
  if (stop > r.pos) grown(r, list);
  return stop;
}

/** Reads a length in a message that ends at `end`; returns where what is so long ends. */
export function readEnd(r: Reader, end: number): number {
  const start = r.pos;
  const length = readVarint(r);
  if (length > end - r.pos) badLength(r, length);
  if (r.pos - start > 4) checkLong(r, start);
  return r.pos + length;
}

/** Refuses a length of more than 32 bits, of which `readVarint` sees the lower ones alone. */
function checkLong(r: Reader, start: number): void {
  r.pos = start;
  readWords(r);
  if (words[HIGH] !== 0) badLength(r, asUnsigned());
}

/** Whether a packed list that ends at `end` goes on; refuses an element that ran past its end. */
export function within(r: Reader, end: number): boolean {
  if (r.pos > end) badBytes(r, "runs past the end of its packed list");
  return r.pos < end;
}

function badLength(r: Reader, length: number | bigint): never {
  return badBytes(r, `${length} bytes reach past the end of the message`);
}
