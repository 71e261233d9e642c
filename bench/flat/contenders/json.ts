import { type Contender, PAGE_BYTES } from "../contender.js";
import type { Row } from "../rows.js";
import { sums } from "../sums.js";
import { oneOf, plainOf } from "./plain.js";

/** JSON text as UTF-8. 64-bit integers are given as numbers, bytes as arrays. */
export function json(row: Row): Contender {
  const plain = plainOf(row);
  const encoded = plain.map((value) => Buffer.from(JSON.stringify(value)));
  const page = Buffer.alloc(PAGE_BYTES);
  const sum = sums[row.kind];
  const one = oneOf(row);
  const readOne = (i: number): number => one(JSON.parse(encoded[i].toString()));
  return {
    encode: (i) => page.write(JSON.stringify(plain[i])),
    readAll: (i) => sum(JSON.parse(encoded[i].toString())),
    readOne,
    verifiedOne: readOne,
  };
}
