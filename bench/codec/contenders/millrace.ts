import { Reader, Writer } from "millrace/codec";
import { PAGE_BYTES, type Contender } from "../contender.js";
import type { Corpus } from "../corpus.js";
import { slabOf } from "./slab.js";

/** Generated code. Like a link it reads values that lie one behind the other in a slab, through one cursor. */
export function millrace({ codec, values }: Corpus): Contender {
  const writer = new Writer(new Uint8Array(PAGE_BYTES));
  const { bytes, ends } = slabOf(values.map((value) => codec.toBytes(value)));
  const reader = new Reader(bytes);
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
