import { Reader, Writer } from "millrace/codec";
import { PAGE_BYTES, type Contend, type Contender } from "../contender.js";
import type { Corpus } from "../corpus.js";
import { slabOf } from "./slab.js";

/**
 * Generated code. Like a link it reads values that lie one behind the other in a slab, through one cursor, and like all peers
 * it gives `bytes` out as views of what was received.
 */
export const millrace: Contend = (corpus) => contend(corpus, true);

/** The same, but `bytes` are copies that are the caller's own. */
export const millraceOwned: Contend = (corpus) => contend(corpus, false);

function contend({ codec, values }: Corpus, mayBorrow: boolean): Contender {
  const writer = new Writer(new Uint8Array(PAGE_BYTES));
  const { bytes, ends } = slabOf(values.map((value) => codec.toBytes(value)));
  const reader = new Reader(bytes);
  reader.mayBorrow = mayBorrow;
  return {
    encode(i) {
      writer.pos = 0;
      codec.encode(values[i], writer);
      return writer.pos;
    },
    decode(i) {
      reader.pos = i === 0 ? 0 : ends[i - 1];
      reader.end = ends[i];
      return codec.decode(reader);
    },
    expected: (i) => values[i],
  };
}
