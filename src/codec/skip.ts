import type { Reader } from "../bytes/reader.js";
import { enter, readEnd } from "./bounds.js";
import { badBytes } from "./invalid.js";
import { readTag, readVarint } from "./varint.js";

/** Passes over a field that the schema does not know, groups with all they hold. */
export function skipField(r: Reader, tag: number, end: number): void {
  if (tag < 8) badBytes(r, "a field number must not be 0");
  switch (tag & 7) {
    case 0:
      readVarint(r);
      break;
    case 1:
      r.pos += 8;
      break;
    case 2:
      r.pos = readEnd(r, end);
      break;
    case 3:
      skipGroup(r, tag, end);
      break;
    case 4:
      return endGroup(r, tag, end);
    case 5:
      r.pos += 4;
      break;
    default:
      badBytes(r, `wire type ${tag & 7} does not exist`);
  }
  if (r.pos > end) badBytes(r, "runs past the end of its message");
}

/**
 * Takes a tag of wire type 4 among the fields of the message that ends at `end`: where it closes the group that is being read,
 * nothing is left to read for that group's loop. A message inside the group is deeper, and cannot close it.
 */
export function endGroup(r: Reader, tag: number, end: number): void {
  const { group } = r;
  if (tag !== group?.endTag || r.depth !== group.depth) badBytes(r, "the end of a group that was never opened");
  if (r.pos > end) badBytes(r, "runs past the end of its message");
  group.resume = r.pos;
  r.pos = end;
}

/** Passes over a group up to the end tag of the same field. */
function skipGroup(r: Reader, tag: number, end: number): void {
  enter(r);
  for (;;) {
    if (r.pos >= end) badBytes(r, "a group does not end within its message");
    const next = readTag(r);
    if (next === tag + 1) break;
    skipField(r, next, end);
  }
  r.depth--;
}
