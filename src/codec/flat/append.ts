import { writeText } from "../../bytes/text.js";
import { MillraceError } from "../../error.js";
import { badField } from "./invalid.js";
import type { List } from "./list.js";
import type { NumbersClass } from "./numbers.js";
import { type Set, setBool, setNumbers } from "./set.js";
import { align, type FlatWriter, MAX_DEPTH, put32 } from "./writer.js";

// What an offset leads to, written where the writer is. `from` is where the offset stands, 0 if there is none.

/** Writes a table and returns where it lies. */
export type WriteTable<T> = (w: FlatWriter, value: T) => number;

/** Lets the offset at `from` lead to `at`. */
function lead(w: FlatWriter, from: number, at: number): void {
  put32(w, from, at - from);
}

export function appendString(w: FlatWriter, from: number, value: string | undefined, field: string): void {
  if (value === undefined) return;
  if (typeof value !== "string") badField(field, value, "a string");
  const at = align(w, 4, 0);
  lead(w, from, at);
  const end = writeText(w.bytes, at + 4, value);
  put32(w, at, end - at - 4);
  w.bytes[end] = 0;
  w.pos = end + 1;
}

/** Text that is stored once however often it comes: behind all that leads to it. */
export function appendShared(w: FlatWriter, from: number, value: string | undefined, field: string): void {
  if (value === undefined) return;
  if (typeof value !== "string") badField(field, value, "a string");
  const shared = (w.shared ??= new Map<string, number[]>());
  const offsets = shared.get(value);
  if (offsets === undefined) shared.set(value, [from]);
  else offsets.push(from);
}

/** Writes the shared texts; nothing comes behind them. */
export function finishShared(w: FlatWriter): void {
  if (w.shared === undefined) return;
  for (const [text, [first, ...others]] of w.shared) {
    const at = align(w, 4, 0);
    appendString(w, first, text, "");
    for (const from of others) lead(w, from, at);
  }
}

export function appendTable<T>(
  w: FlatWriter,
  from: number,
  value: T | undefined,
  field: string,
  write: WriteTable<T>,
): void {
  if (value !== undefined) nest(w, from, value, field, write);
}

function nest<T>(w: FlatWriter, from: number, value: T, field: string, write: WriteTable<T>): void {
  if (typeof value !== "object" || value === null) badField(field, value, "an object");
  if (++w.depth > MAX_DEPTH) tooDeep(field);
  lead(w, from, write(w, value));
  w.depth--;
}

/** A struct as a member of a union. */
export function appendStruct<T>(
  w: FlatWriter,
  from: number,
  value: T,
  field: string,
  size: number,
  alignment: number,
  set: Set<T>,
): void {
  const at = align(w, Math.max(alignment, 4), 0);
  lead(w, from, at);
  w.pos = at + size;
  set(w, at, value, field);
}

/** Starts a list of `length` items of `size` bytes; returns where the first one goes. */
function beginList(w: FlatWriter, from: number, length: number, size: number, alignment: number): number {
  const at = align(w, Math.max(alignment, 4), 4);
  lead(w, from, at);
  put32(w, at, length);
  w.pos = at + 4 + length * size;
  return at + 4;
}

export function appendStrings(w: FlatWriter, from: number, list: List<string> | undefined, field: string): void {
  appendEach(w, from, list, field, appendString);
}

export function appendSharedStrings(w: FlatWriter, from: number, list: List<string> | undefined, field: string): void {
  appendEach(w, from, list, field, appendShared);
}

export function appendTables<T>(
  w: FlatWriter,
  from: number,
  list: List<T> | undefined,
  field: string,
  write: WriteTable<T>,
): void {
  appendEach(w, from, list, field, (_, place, item) => nest(w, place, item, field, write));
}

/** A list of offsets, each item behind it. */
function appendEach<T>(w: FlatWriter, from: number, list: List<T> | undefined, field: string, append: Set<T>): void {
  if (list === undefined) return;
  const length = lengthOf(field, list);
  let place = beginList(w, from, length, 4, 4);
  for (const item of list) {
    if (item === undefined) badField(field, item, "an item of a list");
    append(w, place, item, field);
    place += 4;
  }
}

/** Structs of `size` bytes. */
export function appendStructs<T>(
  w: FlatWriter,
  from: number,
  list: List<T> | undefined,
  field: string,
  size: number,
  alignment: number,
  set: Set<T>,
): void {
  if (list === undefined) return;
  let place = beginList(w, from, lengthOf(field, list), size, alignment);
  for (const item of list) {
    set(w, place, item, field);
    place += size;
  }
}

export function appendNumbers<T extends number | bigint, A extends ArrayBufferView>(
  w: FlatWriter,
  from: number,
  list: List<T> | undefined,
  field: string,
  type: NumbersClass<A>,
  set: Set<T>,
  alignment: number = type.BYTES_PER_ELEMENT,
): void {
  if (list === undefined) return;
  const at = beginList(w, from, lengthOf(field, list), type.BYTES_PER_ELEMENT, alignment);
  setNumbers(w, at, list, field, type, set);
}

export function appendBools(w: FlatWriter, from: number, list: List<boolean> | undefined, field: string): void {
  if (list === undefined) return;
  let place = beginList(w, from, lengthOf(field, list), 1, 1);
  for (const item of list) setBool(w, place++, item, field);
}

/** A list of the members' numbers, and one of what they lead to; of nothing there is a 0 in both. */
export function appendUnions<T>(
  w: FlatWriter,
  fromTypes: number,
  from: number,
  list: List<T | undefined> | undefined,
  field: string,
  numberOf: (value: T | undefined, field: string) => number,
  append: Set<T>,
): void {
  if (list === undefined) return;
  const length = lengthOf(field, list);
  let type = beginList(w, fromTypes, length, 1, 1);
  for (const item of list) w.bytes[type++] = numberOf(item, field);
  let place = beginList(w, from, length, 4, 4);
  for (const item of list) {
    if (item === undefined) put32(w, place, 0);
    else append(w, place, item, field);
    place += 4;
  }
}

function lengthOf(field: string, list: { readonly length: number }): number {
  const length: unknown = list?.length;
  if (typeof list !== "object" || typeof length !== "number") badField(field, list, "a list");
  return length;
}

function tooDeep(field: string): never {
  throw new MillraceError("invalid_argument", `${field}: tables nest deeper than ${MAX_DEPTH}`);
}
