// UTF-8 read by a loop. V8's own decoder takes 11 ns for a character beyond ASCII, a loop 2: text that has some is made
// into UTF-16 here, of which the platform then makes a string (measured on Node 20).

/** The most bytes that are read at once. */
export const MOST_BYTES = 4096;

/** What a loop has read: never more units than there were bytes. */
const units = /* @__PURE__ */ new Uint16Array(MOST_BYTES);
const unitBytes = /* @__PURE__ */ new Uint8Array(units.buffer);

const IS_LITTLE_ENDIAN = /* @__PURE__ */ new Uint8Array(/* @__PURE__ */ new Uint16Array([1]).buffer)[0] === 1;
const decoder = /* @__PURE__ */ new TextDecoder(IS_LITTLE_ENDIAN ? "utf-16le" : "utf-16be", { ignoreBOM: true });

/** Up to so many units an array of them beats the platform's decoder. */
const SHORT_UNITS = 32;

/** For each number of units an array of so many, in which they are handed over. */
const rows: readonly number[][] = /* @__PURE__ */ Array.from({ length: SHORT_UNITS + 1 }, (_, length) =>
  /* @__PURE__ */ Array.from({ length }, () => 0),
);

/** The UTF-8 text in `[pos, end)` of `bytes`, at most `MOST_BYTES` long; `undefined` when it is not valid. */
export function readUnits(bytes: Uint8Array, pos: number, end: number): string | undefined {
  let length = 0;
  while (pos < end) {
    const first = bytes[pos];
    const size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (pos + size > end) return undefined;
    if (size === 1) units[length++] = first;
    else if (size === 2) {
      const second = bytes[pos + 1];
      if (first < 0xc2 || (second & 0xc0) !== 0x80) return undefined;
      units[length++] = ((first & 0x1f) << 6) | (second & 0x3f);
    } else if (size === 3) {
      const second = bytes[pos + 1];
      const third = bytes[pos + 2];
      const unit = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
      if ((second & 0xc0) !== 0x80 || (third & 0xc0) !== 0x80 || unit < 0x800 || (unit & 0xf800) === 0xd800)
        return undefined;
      units[length++] = unit;
    } else {
      const point = pointAt(bytes, pos);
      if (point < 0x10000 || point > 0x10ffff) return undefined;
      units[length++] = 0xd7c0 + (point >> 10);
      units[length++] = 0xdc00 | (point & 0x3ff);
    }
    pos += size;
  }
  return stringOf(length);
}

/** The code point of four bytes; 0 when these are not what follows each other. */
function pointAt(bytes: Uint8Array, pos: number): number {
  const [first, second, third, fourth] = [bytes[pos], bytes[pos + 1], bytes[pos + 2], bytes[pos + 3]];
  const isValid = (second & 0xc0) === 0x80 && (third & 0xc0) === 0x80 && (fourth & 0xc0) === 0x80;
  return isValid ? ((first & 0x0f) << 18) | ((second & 0x3f) << 12) | ((third & 0x3f) << 6) | (fourth & 0x3f) : 0;
}

/** The units read so far as a string. */
function stringOf(length: number): string {
  if (length > SHORT_UNITS) return decoder.decode(unitBytes.subarray(0, 2 * length));
  const row = rows[length];
  for (let i = 0; i < length; i++) row[i] = units[i];
  return String.fromCharCode.apply(undefined, row);
}
