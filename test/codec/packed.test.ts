import { describe, expect, test } from "vitest";
import * as codec from "../../src/codec/index.js";
import { setBudget } from "../../src/codec/budget.js";

const { Reader, Writer } = codec;
const TAG = 10;

interface Kind {
  readonly name: string;
  readonly write: (w: codec.Writer, tag: number, list: readonly number[]) => void;
  readonly read: (r: codec.Reader, end: number, list: number[]) => void;
  readonly put: (w: codec.Writer, value: number, tag: number) => void;
  readonly values: readonly number[];
  readonly refused: readonly unknown[];
}

const INTEGERS = [0, 1, -1, 127, 128, 16_383, 16_384, -64, -65, 2 ** 28, 2 ** 31 - 1, -(2 ** 31)];
const UNSIGNED = [0, 1, 127, 128, 16_383, 16_384, 2 ** 28, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const NO_NUMBERS = [undefined, null, "1", 1n, true, {}];
const NO_INTEGERS = [...NO_NUMBERS, 0.5, Number.NaN, 2 ** 32];
const REALS = [0, -0, 1.5, -1e300, Number.NaN, Number.POSITIVE_INFINITY, Number.MIN_VALUE];

const kinds: readonly Kind[] = [
  {
    name: "int32",
    write: codec.writePackedInt32,
    read: codec.readPackedInt32,
    put: codec.putInt32,
    values: INTEGERS,
    refused: [...NO_INTEGERS, 2 ** 31],
  },
  {
    name: "sint32",
    write: codec.writePackedSint32,
    read: codec.readPackedSint32,
    put: codec.putSint32,
    values: INTEGERS,
    refused: [...NO_INTEGERS, 2 ** 31],
  },
  {
    name: "uint32",
    write: codec.writePackedUint32,
    read: codec.readPackedUint32,
    put: codec.putUint32,
    values: UNSIGNED,
    refused: [...NO_INTEGERS, -1],
  },
  {
    name: "double",
    write: codec.writePackedDouble,
    read: codec.readPackedDouble,
    put: codec.putDouble,
    values: REALS,
    refused: NO_NUMBERS,
  },
  {
    name: "float",
    write: codec.writePackedFloat,
    read: codec.readPackedFloat,
    put: codec.putFloat,
    values: REALS.map(Math.fround),
    refused: NO_NUMBERS,
  },
];

/** A cursor behind the tag of what was encoded. */
function readerOf(bytes: Uint8Array): codec.Reader {
  const reader = new Reader(bytes, 1);
  setBudget(reader);
  return reader;
}

function encode({ write }: Kind, list: readonly number[]): Uint8Array {
  const writer = new Writer(new Uint8Array(100_000));
  write(writer, TAG, list);
  return writer.bytes.slice(0, writer.pos);
}

function decode({ read }: Kind, bytes: Uint8Array, list: number[] = []): number[] {
  const reader = readerOf(bytes);
  read(reader, bytes.length, list);
  expect(reader.pos).toBe(bytes.length);
  return list;
}

describe.each(kinds)("a packed list of $name", (kind) => {
  const lists = [1, 2, 30, 200, 3_000].map((count) => {
    return Array.from({ length: count }, (_, i) => kind.values[i % kind.values.length]);
  });

  test("comes back as it was written, behind what the list held already", () => {
    for (const list of lists) {
      expect(decode(kind, encode(kind, list))).toStrictEqual(list);
      expect(decode(kind, encode(kind, list), [7, 8])).toStrictEqual([7, 8, ...list]);
    }
  });

  test("is written as its items are one by one", () => {
    for (const list of lists) {
      const writer = new Writer(new Uint8Array(100_000));
      const start = codec.begin(writer, TAG);
      for (const value of list) kind.put(writer, value, TAG);
      codec.finish(writer, start);
      expect(encode(kind, list)).toEqual(writer.bytes.slice(0, writer.pos));
    }
  });

  test("that does not fit into its page says how long it is, and stores nothing behind the page", () => {
    const list = lists[3];
    const { length } = encode(kind, list);
    const memory = new Uint8Array(length).fill(0xee);
    const writer = new Writer(memory.subarray(0, 50));
    kind.write(writer, TAG, list);
    expect(writer.pos).toBe(length);
    expect(memory.subarray(50)).toEqual(new Uint8Array(length - 50).fill(0xee));
  });

  test("with an item that is none of its values is refused, with the number of its field", () => {
    for (const value of kind.refused) {
      const list: unknown[] = [1, value];
      // oxlint-disable-next-line no-unsafe-type-assertion
      expect(() => encode(kind, list as number[])).toThrow("[invalid_argument] field 1: ");
    }
  });

  test("that ends within an item is refused, and so is one that is longer than its message", () => {
    const [byte] = kind.values.length === REALS.length ? [0x00] : [0x80];
    expect(() => decode(kind, Uint8Array.of(TAG, 1, byte, 0, 0, 0, 0, 0, 0, 0, 0))).toThrow("packed list");
    expect(() => decode(kind, Uint8Array.of(TAG, 9, 0, 0, 0, 0, 0, 0, 0, 0))).toThrow("past the end of the message");
  });

  test("of no items adds none", () => {
    expect(decode(kind, Uint8Array.of(TAG, 0), [7])).toEqual([7]);
  });
});

test("a varint of more than 10 bytes in a packed list is refused, and the bits above 32 of a shorter one are dropped", () => {
  const [int32] = kinds;
  const long = [...Array.from({ length: 10 }, () => 0x80), 0];
  expect(() => decode(int32, Uint8Array.of(TAG, 11, ...long))).toThrow("10 bytes");
  expect(decode(int32, Uint8Array.of(TAG, 6, 0x81, 0x80, 0x80, 0x80, 0x80, 0x7f))).toEqual([1]);
});
