import type { Reader } from "../bytes/reader.js";
import { grown } from "./budget.js";
import { badBytes } from "./invalid.js";
import { readVarint } from "./varint.js";

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
export function readPacked<T>(r: Reader, end: number, list: T[]): number {
  const stop = readEnd(r, end);
  if (stop > r.pos) grown(r, list);
  return stop;
}

/** Reads a length in a message that ends at `end`; returns where what is so long ends. */
export function readEnd(r: Reader, end: number): number {
  const length = readVarint(r);
  if (length > end - r.pos) badLength(r, length);
  return r.pos + length;
}

/** Whether a packed list that ends at `end` goes on; refuses an element that ran past its end. */
export function within(r: Reader, end: number): boolean {
  if (r.pos > end) badBytes(r, "runs past the end of its packed list");
  return r.pos < end;
}

/** Refuses a length that reaches past the end of the message it stands in. */
export function badLength(r: Reader, length: number): never {
  return badBytes(r, `${length} bytes reach past the end of the message`);
}
