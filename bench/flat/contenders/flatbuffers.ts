import { Builder, ByteBuffer } from "flatbuffers";
import type { Directory, Entry, Quote, Series } from "../../../schemas/gen/book.js";
import type { Contender } from "../contender.js";
import type { Row } from "../rows.js";
import * as accessors from "./flatbuffers-accessors.js";

/** The official package: its Builder, and accessors as flatc writes them. One Builder is used again and again. */
export function flatbuffers(row: Row): Contender {
  if (row.kind === "quote") return contend(row.values, buildQuote, accessors.sumOfQuote, accessors.oneOfQuote);
  if (row.kind === "series") return contend(row.values, buildSeries, accessors.sumOfSeries, accessors.oneOfSeries);
  return contend(row.values, buildDirectory, accessors.sumOfDirectory, accessors.oneOfDirectory);
}

function contend<T>(
  values: readonly T[],
  build: (builder: Builder, value: T) => number,
  sum: (bb: ByteBuffer) => number,
  one: (bb: ByteBuffer) => number,
): Contender {
  const builder = new Builder(1024);
  const encode = (i: number): Uint8Array => {
    builder.clear();
    builder.finish(build(builder, values[i]));
    return builder.asUint8Array();
  };
  const encoded = values.map((_, i) => new ByteBuffer(encode(i).slice()));
  return {
    encode: (i) => encode(i).length,
    readAll: (i) => sum(encoded[i]),
    readOne: (i) => one(encoded[i]),
  };
}

function buildQuote(builder: Builder, quote: Quote): number {
  const symbol = builder.createString(quote.symbol);
  const currency = builder.createString(quote.currency ?? "");
  const levels = Array.from(quote.levels ?? []);
  builder.startVector(24, levels.length, 8);
  for (let i = levels.length - 1; i >= 0; i--) {
    const { price, size, orders } = levels[i];
    builder.prep(8, 24);
    builder.pad(4);
    builder.writeInt32(orders);
    builder.writeFloat64(size);
    builder.writeFloat64(price);
  }
  const vector = builder.endVector();
  builder.startObject(8);
  builder.addFieldOffset(0, symbol, 0);
  builder.addFieldOffset(1, currency, 0);
  builder.addFieldInt64(2, quote.time, 0n);
  builder.addFieldFloat64(3, quote.bid, 0);
  builder.addFieldFloat64(4, quote.ask, 0);
  builder.addFieldInt32(5, quote.sequence, 0);
  builder.addFieldInt8(6, Number(quote.halted), 0);
  builder.addFieldOffset(7, vector, 0);
  const offset = builder.endObject();
  builder.requiredField(offset, 4);
  return offset;
}

function buildSeries(builder: Builder, series: Series): number {
  const name = builder.createString(series.name ?? "");
  const numbers = series.values ?? new Float64Array(0);
  builder.startVector(8, numbers.length, 8);
  for (let i = numbers.length - 1; i >= 0; i--) builder.addFloat64(numbers[i]);
  const vector = builder.endVector();
  builder.startObject(2);
  builder.addFieldOffset(0, name, 0);
  builder.addFieldOffset(1, vector, 0);
  return builder.endObject();
}

function buildDirectory(builder: Builder, directory: Directory): number {
  const path = builder.createString(directory.path ?? "");
  const entries = Array.from(directory.entries ?? [], (entry) => buildEntry(builder, entry));
  builder.startVector(4, entries.length, 4);
  for (let i = entries.length - 1; i >= 0; i--) builder.addOffset(entries[i]);
  const vector = builder.endVector();
  builder.startObject(2);
  builder.addFieldOffset(0, path, 0);
  builder.addFieldOffset(1, vector, 0);
  return builder.endObject();
}

function buildEntry(builder: Builder, entry: Entry): number {
  const name = builder.createString(entry.name ?? "");
  const hash = builder.createByteVector(entry.hash ?? new Uint8Array(0));
  builder.startObject(5);
  builder.addFieldOffset(0, name, 0);
  builder.addFieldInt64(1, entry.size, 0n);
  builder.addFieldInt64(2, entry.modified, 0n);
  builder.addFieldInt16(3, entry.mode, 0);
  builder.addFieldOffset(4, hash, 0);
  return builder.endObject();
}
