import type { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { enter } from "./bounds.js";
import { badBytes } from "./invalid.js";
import { writeTag } from "./varint.js";

// Messages that stand between two tags instead of carrying their length in front.

/** Writes a message between `tag` and the end tag of the same field. */
export function writeGroup<T>(w: Writer, tag: number, value: T, write: (w: Writer, value: T) => void): void {
  writeTag(w, tag);
  write(w, value);
  writeTag(w, tag + 1);
}

/**
 * Reads a group that `tag` has started, inside the message that ends at `end`; `into` is what was read of it so far.
 * Nobody knows where it ends before it was read: `read` is told that it may go on to `end`, and `endGroup` stops it.
 */
export function readGroup<T>(
  r: Reader,
  tag: number,
  end: number,
  read: (r: Reader, end: number, into?: T) => T,
  into?: T,
): T {
  enter(r);
  const outer = r.group;
  const group = (r.group = { endTag: tag + 1, depth: r.depth, resume: -1 });
  const value = read(r, end, into);
  if (group.resume < 0) badBytes(r, "a group does not end within its message");
  r.pos = group.resume;
  r.group = outer;
  return value;
}
