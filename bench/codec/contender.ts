import type { Codec } from "millrace/codec";
import { Reader, Writer } from "millrace/codec";
import protobuf from "protobufjs";
import { join } from "node:path";
import { packageRoot } from "../../examples/support/package-root.js";
import type { Corpus } from "./corpus.js";

/** One way to put the values of a corpus into bytes and back. It holds them in the form that it likes best. */
export interface Contender {
  /** Encodes value `i` into a page that exists already, and says how many bytes it takes. */
  encode(i: number): number;
  /** Decodes value `i` from bytes that were encoded before. */
  decode(i: number): unknown;
  /** What `decode(i)` must equal. */
  expected(i: number): unknown;
}

const pageBytes = 1 << 18;

/** Generated code. Like a link it reads values that lie one behind the other in a slab, through one cursor. */
export function millrace<T extends object>({ codec, values }: Corpus<T>): Contender {
  const writer = new Writer(new Uint8Array(pageBytes));
  const slab = new Writer(new Uint8Array(pageBytes));
  const ends = values.map((value) => writeNext(codec, value, slab));
  const reader = new Reader(slab.bytes);
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

function writeNext<T>(codec: Codec<T>, value: Partial<T>, slab: Writer): number {
  codec.encode(value, slab);
  if (!slab.fits) throw new RangeError(`the corpus of ${codec.name} does not fit into its slab`);
  return slab.pos;
}

/** JSON text as UTF-8. Values are given as JSON can say them, so it is not charged for base64 or bigint. */
export function json<T extends object>({ values }: Corpus<T>): Contender {
  const plain = values.map((value) => plainOf(value));
  const encoded = plain.map((value) => Buffer.from(JSON.stringify(value)));
  const page = Buffer.alloc(pageBytes);
  return {
    encode: (i) => page.write(JSON.stringify(plain[i])),
    decode: (i) => JSON.parse(encoded[i].toString()),
    expected: (i) => plain[i],
  };
}

/** protobufjs by reflection, which compiles its codecs when they are first used. */
export function protobufjs<T extends object>({ codec, schema, values }: Corpus<T>): Contender {
  const type = protobuf.loadSync(join(packageRoot, "schemas", schema)).lookupType(codec.name);
  const messages = values.map((value) => type.fromObject(plainOf(value)));
  const encoded = messages.map((message) => type.encode(message).finish());
  const page = new Uint8Array(pageBytes);
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

/** `value` as JSON can say it: 64-bit integers in decimal, bytes in base64. */
function plainOf(value: object): object;
function plainOf(value: unknown): unknown;
function plainOf(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value !== "object" || value === null) return value;
  const present = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(present.map(([name, field]) => [name, plainOf(field)]));
}
