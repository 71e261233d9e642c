import type { FlatCodec } from "millrace/codec";
import { Builder } from "flatbuffers";
import { describe, expect, test } from "vitest";
import { Directory, Quote, Series } from "../../../schemas/gen/book.js";
import { Lists, Nothing, Weapon, World } from "../../../schemas/gen/world.js";
import { bytesOf, table, type Word } from "./hand.js";

/** A table without fields, 4 bytes in, with its vtable behind it. */
const empty: Word[] = [
  ["u32", 4],
  ["i32", -4],
  ["u16", 4],
  ["u16", 4],
];

describe("malformed bytes are refused with the field's name", () => {
  const refused: readonly [what: string, bytes: Uint8Array, codec: FlatCodec<object>, message: string][] = [
    ["nothing at all", bytesOf([]), Nothing, "root: runs past the end of the buffer"],
    ["a root at 0", bytesOf([["u32", 0]]), Nothing, "root: 0 is no offset"],
    ["a root behind the end", bytesOf([["u32", 400]]), Nothing, "root: runs past the end"],
    ["a root of 2 GiB", bytesOf([["u32", 0x8000_0004], ...empty]), Nothing, "root: 2147483652 is no offset"],
    [
      "a root that is not aligned",
      bytesOf([
        ["u32", 5],
        ["u32", 0],
        ["u32", 0],
      ]),
      Nothing,
      "is not aligned to 4 bytes",
    ],
    [
      "a vtable before the start",
      bytesOf([
        ["u32", 4],
        ["i32", 400],
      ]),
      Nothing,
      "runs past the end",
    ],
    [
      "a vtable behind the end",
      bytesOf([
        ["u32", 4],
        ["i32", -400],
      ]),
      Nothing,
      "runs past the end",
    ],
    [
      "a vtable that is not aligned",
      bytesOf([
        ["u32", 4],
        ["i32", -5],
        ["u32", 0],
        ["u32", 0],
      ]),
      Nothing,
      "aligned to 2",
    ],
    [
      "a vtable of an odd size",
      bytesOf([
        ["u32", 4],
        ["i32", -4],
        ["u16", 5],
        ["u16", 4],
      ]),
      Nothing,
      "take 5 bytes",
    ],
    [
      "a vtable that is too long",
      bytesOf([
        ["u32", 4],
        ["i32", -4],
        ["u16", 6],
        ["u16", 4],
      ]),
      Nothing,
      "runs past",
    ],
    ["a number behind the end", table([0, 0, 400]), Quote, "Quote.symbol: is required, and is not there"],
    [
      "a string without its zero",
      table(
        [4],
        [
          ["u32", 4],
          ["u32", 1],
          ["u8", 65],
          ["u8", 66],
        ],
      ),
      Directory,
      "end in a zero",
    ],
    [
      "a string that is too long",
      table(
        [4],
        [
          ["u32", 4],
          ["u32", 99],
          ["u8", 65],
          ["u8", 0],
        ],
      ),
      Directory,
      "Directory.path: runs past",
    ],
    [
      "a string of 4 GiB",
      table(
        [4],
        [
          ["u32", 4],
          ["u32", 0xffff_ffff],
          ["u8", 65],
          ["u8", 0],
        ],
      ),
      Directory,
      "Directory.path",
    ],
    [
      "a list of 4 G items",
      table(
        [0, 4],
        [
          ["u32", 4],
          ["u32", 0xffff_ffff],
        ],
      ),
      Series,
      "Series.values: runs past",
    ],
    ["a field behind the end", table([400], []), Directory, "Directory.path: runs past the end of the buffer"],
    [
      "a field that is not aligned",
      table(
        [6],
        [
          ["u32", 4],
          ["u32", 0],
        ],
      ),
      Directory,
      "Directory.path: is not aligned",
    ],
    [
      "a vtable that lies over the offset to the root",
      bytesOf([
        ["u32", 4],
        ["i32", 4],
        ["u16", 0],
      ]),
      Nothing,
      "root: runs past the end of the buffer",
    ],
    ["another identifier", World.toBytes({ name: "x" }).with(4, 88), World, 'its identifier is "XRLD", not "WRLD"'],
  ];

  test.each(refused)("%s", (_, bytes, codec, message) => {
    expect(() => codec.fromBytes(bytes)).toThrow(message);
    expect(() => codec.fromBytes(bytes)).toThrow(/^\[invalid_argument\] \w+\.\w+: /);
  });

  test("a table without fields is accepted", () => {
    expect(Nothing.toObject(Nothing.fromBytes(bytesOf(empty)))).toEqual({});
  });

  test("text that is not UTF-8: when it is read, or at once where that is asked for", () => {
    const bytes = Weapon.toBytes({ name: "ab" });
    bytes[bytes.lastIndexOf(97)] = 0xff;
    const weapon = Weapon.fromBytes(bytes);
    expect(() => weapon.name).toThrow("[invalid_argument] a string is not valid UTF-8");
    expect(() => Weapon.fromBytes(bytes, { utf8: true })).toThrow("Weapon.name: the string is not valid UTF-8");
  });

  test("a union with a type and no value, and the other way round", () => {
    const bytes = World.toBytes({ name: "x", item: { case: "Note", value: "note" } });
    const typeAt = bytes.findLastIndex((byte, i) => byte === 4 && bytes[i + 1] === 0 && bytes[i + 2] > 4);
    const without = [...bytes.keys()].filter((i) => bytes[i] === 4).map((i) => bytes.with(i, 0));
    expect(typeAt).toBeGreaterThan(0);
    expect(
      without.some((mutant) => throws(() => World.fromBytes(mutant), "World.item: has a type without a value")),
    ).toBe(true);
  });

  test("a list of unions with more values than types", () => {
    const note = { case: "Note", value: "note" } as const;
    const bytes = World.toBytes({ name: "x", lists: Lists.create({ items: [note, note] }) });
    const without = [...bytes.keys()].filter((i) => bytes[i] === 2).map((i) => bytes.with(i, 1));
    const message = "Lists.items: has not as many values as types";
    expect(without.some((mutant) => throws(() => World.fromBytes(mutant), message))).toBe(true);
  });

  test("a nested buffer that is malformed", () => {
    const inner = World.toBytes({ name: "inner" });
    expect(World.toObject(World.fromBytes(World.toBytes({ name: "x", inner }))).inner).toEqual(inner);
    expect(() => World.fromBytes(World.toBytes({ name: "x", inner: inner.with(0, 99) }))).toThrow(
      "World.inner: runs past",
    );
    expect(() => World.fromBytes(World.toBytes({ name: "x", inner: new Uint8Array(0) }))).toThrow("World.inner");
  });
});

describe("what few bytes could make expensive is refused", () => {
  test("tables that nest deeper than 64", () => {
    const nested = (depth: number): World =>
      World.create({ name: "x", ...(depth > 1 ? { parent: nested(depth - 1) } : {}) });
    expect(World.fromBytes(World.toBytes(nested(64))).name).toBe("x");
    expect(() => World.toBytes(nested(65))).toThrow(
      "[invalid_argument] world.World: World.parent: tables nest deeper than 64",
    );
  });

  test("a list of which all items are one table with a list of which all items are one table", () => {
    expect(World.fromBytes(shared(3, 64)).children?.at(63)?.children?.length).toBe(64);
    expect(() => World.fromBytes(shared(20, 64))).toThrow("[resource_exhausted] world.World: World.children");
  });
});

function throws(action: () => unknown, message: string): boolean {
  try {
    action();
    return false;
  } catch (error) {
    return String(error).includes(message);
  }
}

/** A world whose list of children holds one child `width` times, and so on for `levels` levels. */
function shared(levels: number, width: number): Uint8Array {
  const builder = new Builder();
  let child = 0;
  for (let level = 0; level < levels; level++) {
    const name = builder.createString("x");
    let children = 0;
    if (child !== 0) {
      builder.startVector(4, width, 4);
      for (let i = 0; i < width; i++) builder.addOffset(child);
      children = builder.endVector();
    }
    builder.startObject(17);
    builder.addFieldOffset(0, name, 0);
    builder.addFieldOffset(10, children, 0);
    child = builder.endObject();
  }
  builder.finish(child, "WRLD");
  return builder.asUint8Array();
}
