import protobuf from "protobufjs";
import { type Contender, PAGE_BYTES } from "../contender.js";
import type { Row } from "../rows.js";
import { sums } from "../sums.js";
import { oneOf, plainOf } from "./plain.js";

/** book.fbs in the other language; 64-bit integers are doubles, which protobufjs reads without objects for them. */
const SCHEMA = `syntax = "proto3";
  message Level { double price = 1; double size = 2; uint32 orders = 3; }
  message Quote { string symbol = 1; string currency = 2; double time = 3; double bid = 4; double ask = 5;
    uint32 sequence = 6; bool halted = 7; repeated Level levels = 8; }
  message Entry { string name = 1; double size = 2; double modified = 3; uint32 mode = 4; bytes hash = 5; }
  message Directory { string path = 1; repeated Entry entries = 2; }
  message Series { string name = 1; repeated double values = 2; }`;

const { root } = protobuf.parse(SCHEMA);

/** protobufjs by reflection, which compiles its codecs when they are first used. */
export function protobufjs(row: Row): Contender {
  const type = root.lookupType({ quote: "Quote", directory: "Directory", series: "Series" }[row.kind]);
  const messages = plainOf(row).map((value) => type.fromObject(value));
  const encoded = messages.map((message) => type.encode(message).finish());
  const page = new Uint8Array(PAGE_BYTES);
  const sum: (value: never) => number = sums[row.kind];
  const one: (value: never) => number = oneOf(row);
  // oxlint-disable-next-line no-unsafe-type-assertion
  const decode = (i: number): never => type.decode(encoded[i]) as never;
  const readOne = (i: number): number => one(decode(i));
  return {
    encode(i) {
      const writer = type.encode(messages[i]);
      writer.finishInto(page);
      return writer.pos;
    },
    readAll: (i) => sum(decode(i)),
    readOne,
    verifiedOne: readOne,
  };
}
