import type { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { badVarint } from "./varint.js";

// 64-bit integers as two 32-bit words, both signed, which V8 keeps without a box. Between words and `bigint` they pass
// through a little memory, which takes a third of the time that reckoning with `bigint` does.

const memory = /* @__PURE__ */ new ArrayBuffer(8);
const signed = /* @__PURE__ */ new BigInt64Array(memory);
const unsigned = /* @__PURE__ */ new BigUint64Array(memory);

/** The integer that was read or set last: its words stand at `LOW` and `HIGH`. */
export const words = /* @__PURE__ */ new Int32Array(memory);

/** Where the low word lies, which depends on the machine. */
export const LOW = /* @__PURE__ */ new Uint8Array(/* @__PURE__ */ new Int32Array([1]).buffer)[0] === 1 ? 0 : 1;
export const HIGH = 1 - LOW;

/** What the high word counts in. */
const HIGH_UNIT = 0x1_0000_0000;

/** Sets the words to the low 64 bits of `value`. */
export function setBig(value: bigint): void {
  signed[0] = value;
}

/** Sets the words to a safe integer, a negative one in two's complement. */
export function setNumber(value: number): void {
  words[LOW] = value;
  words[HIGH] = Math.floor(value / HIGH_UNIT);
}

/** The words as a signed integer. */
export function asSigned(): bigint {
  return signed[0];
}

/** The words as an unsigned integer. */
export function asUnsigned(): bigint {
  return unsigned[0];
}

/** The words as a number, of which `high` is the high one with or without a sign; not exact unless it is safe. */
export function asNumber(high: number): number {
  return high * HIGH_UNIT + (words[LOW] >>> 0);
}

/** Reads a varint of up to 64 bits into the words. */
export function readWords(r: Reader): void {
  const bytes = r.bytes;
  let pos = r.pos;
  let low = 0;
  let byte = 0x80;
  for (let shift = 0; byte > 0x7f && shift < 28; shift += 7) {
    byte = bytes[pos++];
    low |= (byte & 0x7f) << shift;
  }
  let high = 0;
  if (byte > 0x7f) {
    byte = bytes[pos++];
    low |= byte << 28;
    high = (byte & 0x7f) >> 4;
    for (let shift = 3; byte > 0x7f && shift < 32; shift += 7) {
      byte = bytes[pos++];
      high |= (byte & 0x7f) << shift;
    }
  }
  r.pos = pos;
  // Past the end of its memory there is `undefined`, which compares with nothing.
  if (!(byte < 0x80)) badVarint(r);
  words[LOW] = low;
  words[HIGH] = high;
}

/** Writes the words as a varint. */
export function writeWords(w: Writer): void {
  const bytes = w.bytes;
  let pos = w.pos;
  let low = words[LOW];
  let high = words[HIGH];
  while (high !== 0) {
    bytes[pos++] = low | 0x80;
    low = (low >>> 7) | (high << 25);
    high >>>= 7;
  }
  while ((low & ~0x7f) !== 0) {
    bytes[pos++] = low | 0x80;
    low >>>= 7;
  }
  bytes[pos++] = low;
  w.pos = pos;
}
