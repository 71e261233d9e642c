import { present } from "./invalid.js";
import type { Set } from "./set.js";
import { type FlatWriter, place } from "./writer.js";

// What the table that was begun has beside numbers.

/** Adds a struct of `size` bytes. */
export function addStruct<T>(
  w: FlatWriter,
  slot: number,
  value: T | undefined,
  field: string,
  size: number,
  set: Set<T>,
): void {
  if (value !== undefined) set(w.view, place(w, slot, size), value, field);
}

/** Makes room for an offset, and returns where; 0 when there is nothing that it could lead to. */
export function addOffset(w: FlatWriter, slot: number, value: unknown): number {
  return value === undefined ? 0 : place(w, slot, 4);
}

/** As `addOffset`, but refuses when there is nothing. */
export function addRequired(w: FlatWriter, slot: number, value: unknown, field: string): number {
  present(value, field);
  return place(w, slot, 4);
}
