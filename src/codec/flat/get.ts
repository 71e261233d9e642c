import type { FlatBytes, Read } from "./bytes.js";
import { FlatList, follow, type List, getBoolAt, type ReadUnion, unionList } from "./list.js";
import { getText } from "./text.js";

// What the getters of a table call: `at` is where the table lies, `entry` where its vtable says where the field is.

/** Where a field lies; 0 where the table does not have it. */
export function find(b: FlatBytes, at: number, entry: number): number {
  const view = b.view;
  const vtable = at - view.getInt32(at, true);
  if (entry >= view.getUint16(vtable, true)) return 0;
  const offset = view.getUint16(vtable + entry, true);
  return offset === 0 ? 0 : at + offset;
}

/** Where that lies which a field leads to; 0 where the table does not have it. */
export function findFar(b: FlatBytes, at: number, entry: number): number {
  const field = find(b, at, entry);
  return field === 0 ? 0 : follow(b, field);
}

export function getString(b: FlatBytes, at: number, entry: number): string | undefined {
  const place = findFar(b, at, entry);
  return place === 0 ? undefined : getText(b, place);
}

export function getTable<T>(b: FlatBytes, at: number, entry: number, read: Read<T>): T | undefined {
  const place = findFar(b, at, entry);
  return place === 0 ? undefined : read(b, place);
}

export function getStruct<T>(b: FlatBytes, at: number, entry: number, read: Read<T>): T | undefined {
  const place = find(b, at, entry);
  return place === 0 ? undefined : read(b, place);
}

/** The number of the member stands in the entry before. */
export function getUnion<T>(b: FlatBytes, at: number, entry: number, read: ReadUnion<T>): T | undefined {
  const type = find(b, at, entry - 2);
  const place = findFar(b, at, entry);
  return type === 0 || place === 0 ? undefined : read(b, b.bytes[type], place);
}

export function getStrings(b: FlatBytes, at: number, entry: number): List<string> | undefined {
  return listOf(b, findFar(b, at, entry), 4, true, getText);
}

export function getBools(b: FlatBytes, at: number, entry: number): List<boolean> | undefined {
  return listOf(b, findFar(b, at, entry), 1, false, getBoolAt);
}

export function getTables<T>(b: FlatBytes, at: number, entry: number, read: Read<T>): List<T> | undefined {
  return listOf(b, findFar(b, at, entry), 4, true, read);
}

/** Structs of `size` bytes. */
export function getStructs<T>(
  b: FlatBytes,
  at: number,
  entry: number,
  read: Read<T>,
  size: number,
): List<T> | undefined {
  return listOf(b, findFar(b, at, entry), size, false, read);
}

function listOf<T>(b: FlatBytes, place: number, size: number, isFar: boolean, read: Read<T>): List<T> | undefined {
  return place === 0 ? undefined : new FlatList(b, place + 4, b.view.getUint32(place, true), size, isFar, read);
}

/** The list of the members' numbers stands in the entry before. */
export function getUnions<T>(
  b: FlatBytes,
  at: number,
  entry: number,
  read: ReadUnion<T>,
): List<T | undefined> | undefined {
  const types = findFar(b, at, entry - 2);
  const place = findFar(b, at, entry);
  if (types === 0 || place === 0) return undefined;
  return unionList(b, types + 4, place + 4, b.view.getUint32(place, true), read);
}
