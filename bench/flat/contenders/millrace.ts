import { type FlatCodec, Reader, unverified, Writer } from "millrace/codec";
import { Directory, Quote, Series } from "../../../schemas/gen/book.js";
import { type Contender, PAGE_BYTES } from "../contender.js";
import type { Row } from "../rows.js";
import { sumOfDirectory, sumOfQuote, sumOfSeries } from "./millrace-sums.js";

/** Generated code, which reads messages where they lie; that they were verified before is measured as `verify`. */
export function millrace(row: Row): Contender {
  return contenderOf(row, unverified);
}

/** The same as a link does it: each message is verified before it is read. */
export function millraceVerified(row: Row): Contender {
  return contenderOf(row, (codec) => codec);
}

type How = <T extends object>(codec: FlatCodec<T>) => FlatCodec<T>;

function contenderOf(row: Row, how: How): Contender {
  if (row.kind === "quote") return contend(row.values, how(Quote), Quote, sumOfQuote, ({ bid }) => bid);
  if (row.kind === "directory") {
    const one = ({ entries }: Directory): number => entries?.at(-1)?.mode ?? 0;
    return contend(row.values, how(Directory), Directory, sumOfDirectory, one);
  }
  return contend(row.values, how(Series), Series, sumOfSeries, ({ values }) => values?.[values.length - 1] ?? 0);
}

function contend<T extends object>(
  values: readonly T[],
  codec: FlatCodec<T>,
  verifying: FlatCodec<T>,
  sum: (value: T) => number,
  one: (value: T) => number,
): Contender {
  const writer = new Writer(new Uint8Array(PAGE_BYTES));
  const readers = values.map((value) => {
    const reader = new Reader(codec.toBytes(value));
    reader.mayBorrow = true;
    return reader;
  });
  const read = (from: FlatCodec<T>, i: number): T => {
    const reader = readers[i];
    reader.pos = 0;
    return from.decode(reader);
  };
  return {
    encode(i) {
      writer.pos = 0;
      codec.encode(values[i], writer);
      return writer.pos;
    },
    readAll: (i) => sum(read(codec, i)),
    readOne: (i) => one(read(codec, i)),
    verify: (i) => read(verifying, i),
  };
}
