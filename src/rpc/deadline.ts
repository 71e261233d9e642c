import type { Writer } from "../bytes/writer.js";
import { Entry, readNumberEntry, writeNumberEntry } from "../frame/entries.js";
import type { Frame } from "../frame/frame.js";

const MAX_MS = 2 ** 32 - 1;

/** Writes the time left, if it is finite, and returns the words of 8 bytes it took. */
export function writeDeadline(writer: Writer, remainingMs: number): number {
  if (remainingMs === Infinity) return 0;
  writeNumberEntry(writer, Entry.DEADLINE, Math.min(Math.ceil(remainingMs), MAX_MS));
  return 1;
}

/** The milliseconds left when the OPEN was sent; `Infinity` without a deadline. */
export function readDeadline(frame: Frame): number {
  return readNumberEntry(frame, Entry.DEADLINE) ?? Infinity;
}
