import { type FlatCodec, Reader, Writer } from "millrace/codec";
import { Directory, Quote, Series } from "../../../schemas/gen/book.js";
import { type Contender, PAGE_BYTES } from "../contender.js";
import type { Row } from "../rows.js";
import { trusted, verified } from "./millrace-fields.js";

/** Generated code, which reads messages where they lie; that they were verified before is measured as `verify`. */
export function millrace(row: Row): Contender {
  return contenderOf(row, trusted);
}

/** The same as a link does it: each message is verified before it is read. */
export function millraceVerified(row: Row): Contender {
  return contenderOf(row, verified);
}

interface Reading {
  readonly sum: (reader: Reader) => number;
  readonly one: (reader: Reader) => number;
}

function contenderOf(row: Row, how: Readonly<Record<Row["kind"], Reading>>): Contender {
  if (row.kind === "quote") return contend(row.values, Quote, how.quote, verified.quote);
  if (row.kind === "series") return contend(row.values, Series, how.series, verified.series);
  return contend(row.values, Directory, how.directory, verified.directory);
}

function contend<T extends object>(
  values: readonly T[],
  codec: FlatCodec<T>,
  { sum, one }: Reading,
  { one: verifiedOne }: Reading,
): Contender {
  const writer = new Writer(new Uint8Array(PAGE_BYTES));
  const readers = values.map((value) => {
    const reader = new Reader(codec.toBytes(value));
    reader.mayBorrow = true;
    return reader;
  });
  const readerOf = (i: number): Reader => {
    const reader = readers[i];
    reader.pos = 0;
    return reader;
  };
  return {
    encode(i) {
      writer.pos = 0;
      codec.encode(values[i], writer);
      return writer.pos;
    },
    readAll: (i) => sum(readerOf(i)),
    readOne: (i) => one(readerOf(i)),
    verifiedOne: (i) => verifiedOne(readerOf(i)),
    verify: (i) => codec.decode(readerOf(i)),
  };
}
