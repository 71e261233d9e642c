import type { Reader } from "../bytes/reader.js";
import { MillraceError } from "../error.js";

// A message inside another takes two bytes on the wire and may take kilobytes on the heap. What is made of few bytes is
// counted, so that a message takes memory in proportion to its bytes, and one that would take more is refused.

/** What any message may take, however short: lists of some 10,000 messages of which nearly all fields are defaults. */
export const BASE_BYTES = 4 * 1024 * 1024;

/** What each byte received may take: a message of 8 fields with one of them set is 4 bytes long and takes 96. */
export const BYTES_PER_BYTE = 24;

/** What the first item of a list takes: V8 makes room for 17. */
const FIRST_ITEM_BYTES = 152;

/** Sets what the message in `[r.pos, r.end)` may take. */
export function setBudget(r: Reader): void {
  r.budget = BASE_BYTES + BYTES_PER_BYTE * (r.end - r.pos);
}

/** Counts `bytes` of heap for `made`, which is returned. Throws `resource_exhausted` when the message may not take so much. */
export function charge<T>(r: Reader, bytes: number, made: T): T {
  if ((r.budget -= bytes) < 0) exhausted(r);
  return made;
}

/** A list that an item is about to be put into. */
export function grown<T>(r: Reader, list: T[]): T[] {
  return list.length === 0 ? charge(r, FIRST_ITEM_BYTES, list) : list;
}

/** What is wrong with a message that would take more. */
export const EXHAUSTED: string = `holds more elements than its bytes pay for: a message may take 4 MiB and ${BYTES_PER_BYTE} times its bytes; send less`;

function exhausted(r: Reader): never {
  throw new MillraceError("resource_exhausted", `field ${r.tag >>> 3}: ${EXHAUSTED}`);
}
