import { utf8Length, writeText } from "../../bytes/text.js";
import { MillraceError } from "../../error.js";
import { badField } from "./invalid.js";
import { isArray, type List } from "./list.js";
import type { NumbersClass, TypedArray } from "./numbers.js";
import { type Set, setBool, setBytes, setEach, setNumbers } from "./set.js";
import { align, type FlatWriter, gap, MAX_DEPTH, reserve } from "./writer.js";

// What an offset leads to, written where the writer is. `from` is where the offset stands, 0 if there is none.

/** Writes what the offset at `from` leads to. */
type Append<T> = (w: FlatWriter, from: number, value: T, field: string) => void;

/** Writes a table and returns where it lies. */
export type WriteTable<T> = (w: FlatWriter, value: T) => number;

/** Lets the offset at `from` lead to `at`. */
function lead(w: FlatWriter, from: number, at: number): void {
  w.view.setUint32(from, at - from, true);
}

export function appendString(w: FlatWriter, from: number, value: string | undefined, field: string): void {
  if (value === undefined && from === 0) return;
  if (typeof value !== "string") badField(field, value, "a string");
  // Of a short text no more than 3 bytes a character are written; counting a long one takes less than room for so much.
  const most = value.length > LONG_TEXT ? utf8Length(value) : 3 * value.length;
  reserve(w, 3 + 4 + most + 1);
  const at = align(w, 4, 0);
  lead(w, from, at);
  const end = writeText(w.bytes, at + 4, value);
  w.view.setUint32(at, end - at - 4, true);
  w.bytes[end] = 0;
  w.pos = end + 1;
}

const LONG_TEXT = 1000;

/** Text that is stored once however often it comes: behind all that leads to it. */
export function appendShared(w: FlatWriter, from: number, value: string | undefined, field: string): void {
  if (value === undefined && from === 0) return;
  if (typeof value !== "string") badField(field, value, "a string");
  const shared = (w.shared ??= new Map<string, number[]>());
  const places = shared.get(value);
  if (places === undefined) shared.set(value, [from]);
  else places.push(from);
}

/** Writes the shared texts; nothing comes behind them. */
export function finishShared(w: FlatWriter, shared: ReadonlyMap<string, readonly number[]>): void {
  for (const [text, [first, ...others]] of shared) {
    reserve(w, 3);
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
  reserve(w, alignment + size);
  const at = align(w, alignment, 0);
  lead(w, from, at);
  w.pos = at + size;
  set(w.view, at, value, field);
}

/** Starts a list of `length` items of `size` bytes; returns where the first one goes. */
function beginList(w: FlatWriter, from: number, length: number, size: number, itemAlignment: number): number {
  const alignment = Math.max(itemAlignment, 4);
  reserve(w, gap(w, alignment, 4) + 4 + length * size);
  const at = align(w, alignment, 4);
  lead(w, from, at);
  w.view.setUint32(at, length, true);
  w.pos = at + 4 + length * size;
  return at + 4;
}

export function appendStrings(w: FlatWriter, from: number, list: List<string> | undefined, field: string): void {
  if (list === undefined) return;
  const length = lengthOf(field, list);
  offsets(w, beginList(w, from, length, 4, 4), list, length, field, appendString);
}

export function appendTables<T>(
  w: FlatWriter,
  from: number,
  list: List<T> | undefined,
  field: string,
  write: WriteTable<T>,
): void {
  if (list === undefined) return;
  const length = lengthOf(field, list);
  const at = beginList(w, from, length, 4, 4);
  if (isArray(list)) for (let i = 0; i < length; i++) nest(w, at + 4 * i, list[i], field, write);
  else offsets(w, at, list, length, field, (_, place, item) => nest(w, place, item, field, write));
}

/** Writes the items of `list`, whose offsets start at `at`. */
function offsets<T>(w: FlatWriter, at: number, list: List<T>, length: number, field: string, append: Append<T>): void {
  const end = at + 4 * length;
  let place = at;
  for (const item of list) {
    if (place === end) break;
    append(w, place, item, field);
    place += 4;
  }
  if (place !== end) badField(field, list, "a list of as many items as its length says");
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
  const at = beginList(w, from, lengthOf(field, list), size, alignment);
  setEach(w.view, at, list, field, size, set);
}

export function appendNumbers<T extends number | bigint, A extends TypedArray>(
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

/** As `appendNumbers`, for bytes. */
export function appendBytes(
  w: FlatWriter,
  from: number,
  list: List<number> | undefined,
  field: string,
  alignment = 1,
): void {
  if (list === undefined) return;
  setBytes(w, beginList(w, from, lengthOf(field, list), 1, alignment), list, field);
}

export function appendBools(w: FlatWriter, from: number, list: List<boolean> | undefined, field: string): void {
  if (list === undefined) return;
  const at = beginList(w, from, lengthOf(field, list), 1, 1);
  setEach(w.view, at, list, field, 1, setBool);
}

/** A list of the members' numbers, and one of what they lead to; of nothing there is a 0 in both. */
export function appendUnions<T>(
  w: FlatWriter,
  fromTypes: number,
  from: number,
  list: List<T | undefined> | undefined,
  field: string,
  numberOf: (value: T | undefined, field: string) => number,
  append: Append<T>,
): void {
  if (list === undefined) return;
  const length = lengthOf(field, list);
  const types = beginList(w, fromTypes, length, 1, 1);
  setEach(w.view, types, list, field, 1, (view, at, item) => view.setUint8(at, numberOf(item, field)));
  const at = beginList(w, from, length, 4, 4);
  offsets(w, at, list, length, field, (_, place, item) => {
    if (item === undefined) w.view.setUint32(place, 0, true);
    else append(w, place, item, field);
  });
}

function lengthOf(field: string, list: { readonly length: number }): number {
  const length: unknown = list?.length;
  if (typeof list !== "object" || typeof length !== "number") badField(field, list, "a list");
  return length;
}

function tooDeep(field: string): never {
  throw new MillraceError("invalid_argument", `${field}: tables nest deeper than ${MAX_DEPTH}`);
}
