import type { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { badBytes } from "./invalid.js";

/** Writes the unsigned 32-bit `value` as a varint at `pos` and returns the position behind it. */
export function writeVarint(bytes: Uint8Array, pos: number, value: number): number {
  while (value > 0x7f) {
    bytes[pos++] = (value & 0x7f) | 0x80;
    value >>>= 7;
  }
  bytes[pos++] = value;
  return pos;
}

/** How many bytes `writeVarint` takes for `value`. */
export function sizeOfVarint(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
}

/** Writes a field's tag: its number and wire type. */
export function writeTag(w: Writer, tag: number): void {
  if (tag < 0x80) w.bytes[w.pos++] = tag;
  else w.pos = writeVarint(w.bytes, w.pos, tag);
}

/** Reads a field's tag: its number and wire type. */
export function readTag(r: Reader): number {
  const first = r.bytes[r.pos];
  if (first < 0x80) {
    r.pos++;
    return (r.tag = first);
  }
  return (r.tag = readLongTag(r));
}

function readLongTag(r: Reader): number {
  const bytes = r.bytes;
  let tag = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[r.pos++];
    if (shift === 28 && byte > 0x0f) break;
    tag |= (byte & 0x7f) << shift;
    if (byte < 0x80) return tag >>> 0;
  }
  return badBytes(r, "the tag that follows is not a 32-bit varint");
}

/**
 * Reads a varint and keeps its low 32 bits, as an unsigned number.
 * It may run past the end of the message: whoever closes the message sees that.
 */
export function readVarint(r: Reader): number {
  const bytes = r.bytes;
  let pos = r.pos;
  let byte = bytes[pos++];
  let value = byte & 0x7f;
  if (byte > 0x7f) {
    byte = bytes[pos++];
    value |= (byte & 0x7f) << 7;
    if (byte > 0x7f) {
      byte = bytes[pos++];
      value |= (byte & 0x7f) << 14;
      if (byte > 0x7f) {
        r.pos = pos;
        return readVarintRest(r, value);
      }
    }
  }
  r.pos = pos;
  return value;
}

/** The fourth byte of a varint and all behind it. */
function readVarintRest(r: Reader, value: number): number {
  const bytes = r.bytes;
  for (let shift = 21; shift < 70; shift += 7) {
    const byte = bytes[r.pos++];
    if (shift < 32) value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value >>> 0;
  }
  return badVarint(r);
}

/** Refuses a varint that was read to no end. */
export function badVarint(r: Reader): never {
  return badBytes(r, "a varint does not end within 10 bytes, or within the message");
}
