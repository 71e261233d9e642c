import { PAGE_BYTES, type Contender } from "../contender.js";
import type { Corpus } from "../corpus.js";
import { inForm, jsonForm } from "../form.js";

/** JSON text as UTF-8. Values are given as JSON can say them, so it is not charged for base64 or bigint. */
export function json({ values }: Corpus): Contender {
  const plain = values.map((value) => inForm(value, jsonForm));
  const encoded = plain.map((value) => Buffer.from(JSON.stringify(value)));
  const page = Buffer.alloc(PAGE_BYTES);
  return {
    encode: (i) => page.write(JSON.stringify(plain[i])),
    decode: (i) => JSON.parse(encoded[i].toString()),
    expected: (i) => plain[i],
  };
}
