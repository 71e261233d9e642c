// Short strings made by one call with all their characters. The result is flat: joining parts would be as fast, but leave a
// tree of them to whoever uses the string, and take twice the memory.

const make = String.fromCharCode;

/** The most characters that `stringOfRow` takes: from there on a decoder of the platform is faster (Node 20). */
export const MOST_IN_ROW = 24;

/** The most characters that `stringOfFew` takes. */
export const MOST_FEW = 24;

/** For each length an array of so many characters to hand over. */
const rows: readonly number[][] = /* @__PURE__ */ rowsUpTo(MOST_IN_ROW);

function rowsUpTo(longest: number): number[][] {
  return Array.from({ length: longest + 1 }, (_, length) => Array.from({ length }, () => 0));
}

/** The first `length` characters of `units`, at most `MOST_IN_ROW`. */
export function stringOfRow(units: Uint16Array, length: number): string {
  const row = rows[length];
  for (let i = 0; i < length; i++) row[i] = units[i];
  return make.apply(undefined, row);
}

/** The `length` characters of `u` from `p` on, at most `MOST_FEW`: without an array, in half the time. */
export function stringOfFew(u: Uint8Array, p: number, length: number): string {
  // biome-ignore format: one line a length
  switch (length) {
    case 1: return make(u[p]);
    case 2: return make(u[p], u[p + 1]);
    case 3: return make(u[p], u[p + 1], u[p + 2]);
    case 4: return make(u[p], u[p + 1], u[p + 2], u[p + 3]);
    case 5: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4]);
    case 6: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5]);
    case 7: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6]);
    case 8: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7]);
    case 9: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8]);
    case 10: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9]);
    case 11: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9], u[p + 10]);
    case 12: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9], u[p + 10], u[p + 11]);
    case 13: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9], u[p + 10], u[p + 11], u[p + 12]);
    case 14: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9], u[p + 10], u[p + 11], u[p + 12], u[p + 13]);
    case 15: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9], u[p + 10], u[p + 11], u[p + 12], u[p + 13], u[p + 14]);
    case 16: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9], u[p + 10], u[p + 11], u[p + 12], u[p + 13], u[p + 14], u[p + 15]);
    case 17: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9], u[p + 10], u[p + 11], u[p + 12], u[p + 13], u[p + 14], u[p + 15], u[p + 16]);
    case 18: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9], u[p + 10], u[p + 11], u[p + 12], u[p + 13], u[p + 14], u[p + 15], u[p + 16], u[p + 17]);
    case 19: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9], u[p + 10], u[p + 11], u[p + 12], u[p + 13], u[p + 14], u[p + 15], u[p + 16], u[p + 17], u[p + 18]);
    case 20: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9], u[p + 10], u[p + 11], u[p + 12], u[p + 13], u[p + 14], u[p + 15], u[p + 16], u[p + 17], u[p + 18], u[p + 19]);
    case 21: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9], u[p + 10], u[p + 11], u[p + 12], u[p + 13], u[p + 14], u[p + 15], u[p + 16], u[p + 17], u[p + 18], u[p + 19], u[p + 20]);
    case 22: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9], u[p + 10], u[p + 11], u[p + 12], u[p + 13], u[p + 14], u[p + 15], u[p + 16], u[p + 17], u[p + 18], u[p + 19], u[p + 20], u[p + 21]);
    case 23: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9], u[p + 10], u[p + 11], u[p + 12], u[p + 13], u[p + 14], u[p + 15], u[p + 16], u[p + 17], u[p + 18], u[p + 19], u[p + 20], u[p + 21], u[p + 22]);
    case 24: return make(u[p], u[p + 1], u[p + 2], u[p + 3], u[p + 4], u[p + 5], u[p + 6], u[p + 7], u[p + 8], u[p + 9], u[p + 10], u[p + 11], u[p + 12], u[p + 13], u[p + 14], u[p + 15], u[p + 16], u[p + 17], u[p + 18], u[p + 19], u[p + 20], u[p + 21], u[p + 22], u[p + 23]);
    default: return "";
  }
}
