import { Builder } from "flatbuffers";
import type { FlatCodec } from "millrace/codec";
import { describe, expect, test } from "vitest";
import { Directory, Quote, Series } from "../../../schemas/gen/book.js";
import { Lists, Scalars, Weapon, World } from "../../../schemas/gen/world.js";
import { table } from "./hand.js";
import { survives } from "./survives.js";
import { inQuarters, sampleWorlds } from "./world.js";

/** Something of each kind that a buffer can hold. */
const everything = World.create({
  name: "all of it",
  spot: { x: 1, y: 2, z: 3 },
  item: { case: "Spot", value: { x: 4, y: 5, z: 6 } },
  scalars: Scalars.create({ aLong: 7n, aDouble: 8.5, maybeInt: 9 }),
  lists: Lists.create({
    bools: [true],
    doubles: Float64Array.of(1, 2),
    names: ["one", "two"],
    spots: [{ x: 1, y: 2, z: 3 }],
    weapons: [Weapon.create({ name: "bow" })],
    items: [
      { case: "Note", value: "note" },
      { case: "Weapon", value: Weapon.create({ name: "sling" }) },
    ],
  }),
  children: [World.create({ name: "child" })],
  inner: World.toBytes({ name: "inner" }),
});

/** Where the fields of `World` stand in its table. */
const SLOTS = { name: 0, parent: 9, children: 10, inner: 11, count: 17 };

/** A table of type `World`, of which `build` adds what an offset leads to. */
function worldIn(builder: Builder, offsets: Readonly<Record<number, number>> = {}): number {
  const name = builder.createString("x");
  builder.startObject(SLOTS.count);
  builder.addFieldOffset(SLOTS.name, name, 0);
  for (const [slot, offset] of Object.entries(offsets)) builder.addFieldOffset(Number(slot), offset, 0);
  return builder.endObject();
}

/** Worlds each of which is in the next one, `levels` of them. */
function chain(levels: number): Uint8Array {
  const builder = new Builder();
  let world = worldIn(builder);
  for (let level = 1; level < levels; level++) world = worldIn(builder, { [SLOTS.parent]: world });
  builder.finish(world, "WRLD");
  return builder.asUint8Array();
}

/** Worlds with two children each, which are one and the same: `levels` of them, and a path for each choice on the way. */
function diamonds(levels: number): Uint8Array {
  const builder = new Builder();
  let world = worldIn(builder);
  for (let level = 1; level < levels; level++) {
    builder.startVector(4, 2, 4);
    builder.addOffset(world);
    builder.addOffset(world);
    world = worldIn(builder, { [SLOTS.children]: builder.endVector() });
  }
  builder.finish(world, "WRLD");
  return builder.asUint8Array();
}

describe("a buffer is refused", () => {
  test("that has a list of 2³¹ − 1 items, whatever they are, at once", () => {
    const lists = Array.from({ length: 22 }, (_, slot): [number, Uint8Array] => {
      const entries = Array.from({ length: 22 }, (__, i) => (i === slot ? 4 : 0));
      return [
        slot,
        table(entries, [
          ["u32", 4],
          ["u32", 0x7fff_ffff],
          ["text", "ABCDEFGH"],
        ]),
      ];
    });
    const started = performance.now();
    const others = lists.filter(([, bytes]) => !refusal(Lists, bytes).includes("runs past the end of the buffer"));
    // A list of types, and one of what they are of, need one another.
    expect(others.map(([slot]) => slot)).toEqual([17, 18]);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test("whose tables nest deeper than 64, or 100,000 deep", () => {
    expect(World.fromBytes(chain(64)).parent?.parent?.name).toBe("x");
    for (const levels of [65, 100_000]) {
      expect(() => World.fromBytes(chain(levels))).toThrow("World.parent: tables nest deeper than 64");
    }
  });

  test("of 60 tables with 2⁶⁰ ways through them, in the time that its bytes allow", () => {
    expect(World.fromBytes(diamonds(10)).children?.at(1)?.children?.length).toBe(2);
    const started = performance.now();
    expect(() => World.fromBytes(diamonds(60))).toThrow("[resource_exhausted] world.World: World.children");
    expect(performance.now() - started).toBeLessThan(500);
  });

  test("that holds a malformed buffer, two buffers further in", () => {
    const inner = World.toBytes({ name: "innermost" });
    const within = (bytes: Uint8Array): Uint8Array =>
      World.toBytes({ name: "x", inner: World.toBytes({ name: "y", inner: bytes }) });
    expect(World.fromBytes(within(inner)).name).toBe("x");
    expect(() => World.fromBytes(within(inner.subarray(0, -8)))).toThrow("World.name: runs past the end");
  });

  test("that is cut off anywhere", () => {
    const level = { price: 1, size: 2, orders: 3 };
    for (const [codec, bytes] of [
      [Quote, Quote.toBytes({ symbol: "ACME", levels: [level] })],
      [Directory, Directory.toBytes({ path: "/" })],
      [Series, Series.toBytes({ values: Float64Array.of(1, 2, 3) })],
      [World, World.toBytes(everything)],
    ] as const) {
      const taken = [...bytes.keys()].filter((length) => isTaken(codec, bytes.subarray(0, length)));
      // Zeros that only align what could come next may go.
      expect(taken.filter((length) => length < bytes.findLastIndex((byte) => byte !== 0))).toEqual([]);
    }
  });

  test("in which any two bytes are FFFF or 0001, unless what they say is read as it is, from within", () => {
    const bytes = World.toBytes(everything);
    let refused = 0;
    for (let at = 0; at < bytes.length; at += 2) {
      for (const [low, high] of [
        [0xff, 0xff],
        [0x01, 0x00],
      ]) {
        if (!survives({ codec: World, bytes: bytes.with(at, low).with(at + 1, high) })) refused++;
      }
    }
    // Most of it are offsets, lengths and vtables.
    expect(refused).toBeGreaterThan(bytes.length / 4);
  });

  test("that has its size in front, as a frame has it already", () => {
    const bytes = World.toBytes({ name: "x" });
    const prefixed = Buffer.alloc(4 + bytes.length);
    prefixed.writeUInt32LE(bytes.length);
    prefixed.set(bytes, 4);
    expect(() => World.fromBytes(prefixed)).toThrow("[invalid_argument] world.World: ");
  });

  test("that is of a schema with another identifier, or has none", () => {
    const other = new Builder();
    other.finish(worldIn(other), "OTHR");
    expect(() => World.fromBytes(other.asUint8Array())).toThrow('root: its identifier is "OTHR", not "WRLD"');
    const none = new Builder();
    none.finish(worldIn(none));
    expect(() => World.fromBytes(none.asUint8Array())).toThrow("root: its identifier is");
    expect(World.fromBytes(none.asUint8Array(), { identifier: false }).name).toBe("x");
  });

  test("that lacks what is required", () => {
    const bytes = Quote.toBytes({ symbol: "x", bid: 1 });
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const root = view.getUint32(0, true);
    view.setUint16(root - view.getInt32(root, true) + 4, 0, true);
    expect(() => Quote.fromBytes(bytes)).toThrow("Quote.symbol: is required, and is not there");
  });
});

describe("a buffer is taken", () => {
  test("that holds one without an identifier, as official writers leave it out", () => {
    const inner = new Builder();
    inner.finish(worldIn(inner));
    const { inner: bytes } = World.fromBytes(World.toBytes({ name: "x", inner: inner.asUint8Array() }));
    expect(World.fromBytes(bytes!, { identifier: false }).name).toBe("x");
  });

  test("with a million tables, each of its own", { timeout: 60_000 }, () => {
    const entries = Array.from({ length: 1_000_000 }, () => ({}));
    // oxlint-disable-next-line no-unsafe-type-assertion
    const bytes = Directory.toBytes({ entries: entries as never });
    expect(Directory.fromBytes(bytes, { bytes: "borrowed" }).entries?.length).toBe(1_000_000);
  });

  test("wherever it lies: at an odd place, at one that is a multiple of 4 only, in memory that threads share", () => {
    const [world] = sampleWorlds(20, 21)
      .map(inQuarters)
      .toSorted((a, b) => size(b) - size(a));
    const bytes = World.toBytes(world);
    for (const memory of [new ArrayBuffer(bytes.length + 16), new SharedArrayBuffer(bytes.length + 16)]) {
      for (let offset = 0; offset <= 9; offset++) {
        const there = new Uint8Array(memory, offset, bytes.length);
        there.set(bytes);
        for (const lent of ["borrowed", "owned"] as const) {
          expect(World.toObject(World.fromBytes(there, { bytes: lent, utf8: true }))).toEqual(world);
        }
      }
    }
  });

  test("and copied only where its numbers could not be views of it", () => {
    const bytes = Series.toBytes({ values: Float64Array.of(1, 2, 3) });
    for (let offset = 0; offset <= 8; offset++) {
      const memory = new ArrayBuffer(bytes.length + 8);
      const there = new Uint8Array(memory, offset, bytes.length);
      there.set(bytes);
      const { values } = Series.fromBytes(there, { bytes: "borrowed" });
      expect([values, values?.buffer === memory]).toEqual([Float64Array.of(1, 2, 3), offset % 8 === 0]);
    }
  });
});

function size(world: World): number {
  return World.toBytes(world).length;
}

function isTaken(codec: FlatCodec<object>, bytes: Uint8Array): boolean {
  return refusal(codec, bytes) === "";
}

/** Why the bytes are refused; nothing when they are taken. */
function refusal(codec: FlatCodec<object>, bytes: Uint8Array): string {
  try {
    codec.fromBytes(bytes);
    return "";
  } catch (error) {
    return String(error);
  }
}
