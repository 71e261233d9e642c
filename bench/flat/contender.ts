import type { Row } from "./rows.js";

/** One way to put the values of a row into bytes and to read them. It holds them in the form that it likes best. */
export interface Contender {
  /** Encodes value `i`, into memory that exists already where the contender can, and says how many bytes it takes. */
  encode(i: number): number;
  /** Reads all of value `i` from bytes that were encoded before, and sums it up, as those in sums.ts do. */
  readAll(i: number): number;
  /** Reads one number of value `i`, the one that `ones` of its row has. */
  readOne(i: number): number;
  /** Verifies value `i`, if that is a step of its own. */
  readonly verify?: (i: number) => unknown;
  /** As `readOne`, of bytes that nobody looked at before: for those who can tell bad bytes, as a parser of all of them can. */
  readonly verifiedOne?: (i: number) => number;
}

/** Makes a contender for a row: what it needs is parsed, compiled and encoded here, before anything is measured. */
export type Contend = (row: Row) => Contender;

/** Larger than any value in any encoding. */
export const PAGE_BYTES = 1 << 20;

/** Throws unless `contender` reads what is in each value of `row`. */
export function check(contender: Contender, row: Row): void {
  for (let i = 0; i < row.count; i++) {
    if (contender.encode(i) === 0) throw new Error(`value ${i} was encoded to nothing`);
    if (contender.readAll(i) !== row.sums[i]) throw new Error(`value ${i} did not come back`);
    const one = row.ones[i];
    if (contender.readOne(i) !== one || (contender.verifiedOne?.(i) ?? one) !== one) {
      throw new Error(`one field of value ${i} did not come back`);
    }
  }
}
