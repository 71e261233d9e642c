import { PAGE_BYTES, type Contender } from "../contender.js";
import type { Corpus } from "../corpus.js";
import { inForm, jsonForm } from "../form.js";
import { schema } from "../schema.js";

/** protobufjs by reflection, which compiles its codecs when they are first used. */
export function protobufjs({ codec, values }: Corpus): Contender {
  const type = schema.lookupType(codec.name);
  const messages = values.map((value) => type.fromObject(inForm(value, jsonForm)));
  const encoded = messages.map((message) => type.encode(message).finish());
  const page = new Uint8Array(PAGE_BYTES);
  return {
    encode(i) {
      const writer = type.encode(messages[i]);
      writer.finishInto(page);
      return writer.pos;
    },
    decode: (i) => type.decode(encoded[i]),
    expected: (i) => type.decode(Buffer.from(codec.toBytes(values[i]))),
  };
}
