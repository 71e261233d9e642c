import { isDeepStrictEqual } from "node:util";
import type { Corpus } from "./corpus.js";

/** One way to put the values of a corpus into bytes and back. It holds them in the form that it likes best. */
export interface Contender {
  /** Encodes value `i`, into a page that exists already where the contender can, and says how many bytes it takes. */
  encode(i: number): number;
  /** Decodes value `i` from bytes that were encoded before. */
  decode(i: number): unknown;
  /** What `decode(i)` must equal. */
  expected(i: number): unknown;
}

/** Makes a contender for a corpus: what it needs is parsed, compiled and encoded here, before anything is measured. */
export type Contend = (corpus: Corpus) => Contender;

/** Larger than any value of the corpus in any encoding. */
export const PAGE_BYTES = 1 << 18;

/** Throws unless `contender` gets value `i` back. */
export function check(contender: Contender, i: number): void {
  if (contender.encode(i) === 0) throw new Error(`value ${i} was encoded to nothing`);
  if (!isDeepStrictEqual(contender.decode(i), contender.expected(i))) throw new Error(`value ${i} did not come back`);
}
