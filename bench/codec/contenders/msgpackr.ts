import { Packr, RESET_BUFFER_MODE } from "msgpackr";
import type { Contender } from "../contender.js";
import type { Corpus } from "../corpus.js";
import { inForm, type Form } from "../form.js";

const form: Form = { bytes: (value) => Buffer.from(value), bigint: (value) => value, map: (value) => value };

/** msgpackr with shared structures, its fastest way: both sides know the names of the fields, as with a schema. */
export function msgpackr({ values }: Corpus): Contender {
  const plain = values.map((value) => inForm(value, form));
  const packr = new Packr({ structures: [] });
  const encoded = plain.map((value) => Buffer.from(packr.pack(value)));
  return {
    encode: (i) => packr.pack(plain[i], RESET_BUFFER_MODE).length,
    decode: (i) => packr.unpack(encoded[i]),
    expected: (i) => plain[i],
  };
}
