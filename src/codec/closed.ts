import type { Reader } from "../bytes/reader.js";
import { readMessage } from "./bounds.js";
import { grown } from "./budget.js";
import { readInt32 } from "./integer.js";
import { keepFrom, type WithUnknown } from "./unknown.js";

// Closed enums: a number that the schema does not name is no value of the field, but an unknown field of the message.

/** Tells which numbers are named in an enum. */
export type NamedNumbers<T extends number> = (number: number) => number is T;

/** What tells which numbers `values` names. */
export function namesOf<T extends number>(values: Readonly<Record<string, T>>): NamedNumbers<T> {
  const numbers = new Set<number>(Object.values(values));
  return (number): number is T => numbers.has(number);
}

/** Reads a value; `undefined` when its number has no name, and then it is kept among the unknown fields of `m`. */
export function readClosed<T extends number>(
  r: Reader,
  tag: number,
  m: WithUnknown,
  names: NamedNumbers<T>,
): T | undefined {
  const start = r.pos;
  const value = readInt32(r);
  if (names(value)) return value;
  keepFrom(r, tag, start, m);
  return undefined;
}

/** Reads a value into `list`, which is one of `m`. */
export function pushClosed<T extends number>(
  r: Reader,
  tag: number,
  m: WithUnknown,
  names: NamedNumbers<T>,
  list: T[],
): void {
  const value = readClosed(r, tag, m, names);
  if (value !== undefined) grown(r, list).push(value);
}

/** Reads an entry of a map into `map`; `read` returns `undefined` for a value without a name, and then all of the entry is kept. */
export function readClosedEntry<K, V>(
  r: Reader,
  tag: number,
  end: number,
  m: WithUnknown,
  read: (r: Reader, end: number, map?: Map<K, V>) => Map<K, V> | undefined,
  map: Map<K, V>,
): void {
  const start = r.pos;
  if (readMessage<Map<K, V> | undefined>(r, end, read, map) === undefined) keepFrom(r, tag, start, m);
}
