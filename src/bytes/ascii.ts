// Short ASCII text. One call with all characters makes a flat string; joining parts would be as fast, but leave a tree of
// them to whoever uses the string, and take twice the memory. Measured on Node 20, where the platform's decoder takes 100 ns
// for the shortest text.

/** The longest text that is read here, in bytes. */
export const MOST_ASCII = 40;

const make = String.fromCharCode;

/** For each length an array of so many numbers, in which characters are handed over. */
const rows: readonly number[][] = /* @__PURE__ */ rowsUpTo(MOST_ASCII);

/** The text of `length` ASCII bytes from `p` on, at most `MOST_ASCII` of them; `undefined` when one is not ASCII. */
export function readAscii(b: Uint8Array, p: number, length: number): string | undefined {
  let all = 0;
  for (let i = p; i < p + length; i++) all |= b[i];
  if (all > 0x7f) return undefined;
  // biome-ignore format: one line a length
  switch (length) {
    case 0: return "";
    case 1: return make(b[p]);
    case 2: return make(b[p], b[p + 1]);
    case 3: return make(b[p], b[p + 1], b[p + 2]);
    case 4: return make(b[p], b[p + 1], b[p + 2], b[p + 3]);
    case 5: return make(b[p], b[p + 1], b[p + 2], b[p + 3], b[p + 4]);
    case 6: return make(b[p], b[p + 1], b[p + 2], b[p + 3], b[p + 4], b[p + 5]);
    case 7: return make(b[p], b[p + 1], b[p + 2], b[p + 3], b[p + 4], b[p + 5], b[p + 6]);
    case 8: return make(b[p], b[p + 1], b[p + 2], b[p + 3], b[p + 4], b[p + 5], b[p + 6], b[p + 7]);
    case 9: return make(b[p], b[p + 1], b[p + 2], b[p + 3], b[p + 4], b[p + 5], b[p + 6], b[p + 7], b[p + 8]);
    case 10: return make(b[p], b[p + 1], b[p + 2], b[p + 3], b[p + 4], b[p + 5], b[p + 6], b[p + 7], b[p + 8], b[p + 9]);
    case 11: return make(b[p], b[p + 1], b[p + 2], b[p + 3], b[p + 4], b[p + 5], b[p + 6], b[p + 7], b[p + 8], b[p + 9], b[p + 10]);
    case 12: return make(b[p], b[p + 1], b[p + 2], b[p + 3], b[p + 4], b[p + 5], b[p + 6], b[p + 7], b[p + 8], b[p + 9], b[p + 10], b[p + 11]);
  }
  return fromRow(b, p, length);
}

/** Text of any such length; of these the arguments would not fit into a line. */
function fromRow(b: Uint8Array, p: number, length: number): string {
  const row = rows[length];
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    row[i] = b[p + i];
    row[i + 1] = b[p + i + 1];
    row[i + 2] = b[p + i + 2];
    row[i + 3] = b[p + i + 3];
  }
  for (; i < length; i++) row[i] = b[p + i];
  return make.apply(undefined, row);
}

function rowsUpTo(longest: number): number[][] {
  return Array.from({ length: longest + 1 }, (_, length) => Array.from({ length }, () => 0));
}
