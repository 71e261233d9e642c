import fc from "fast-check";
import { Reader, Writer } from "millrace/codec";
import { describe, expect, test } from "vitest";
import { Lists, World } from "../../../schemas/gen/world.js";
import { flatcFor } from "./flatc.js";
import { inQuarters, sampleWorlds, unpacked, worlds } from "./world.js";

describe("a value of a schema that uses every feature", () => {
  test("comes back as it was", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const bytes = World.toBytes(world);
        expect(World.toObject(World.fromBytes(bytes, { utf8: true }))).toEqual(world);
      }),
    );
  });

  test("is written the same wherever the page ends", () => {
    for (const [i, bytes] of sampleWorlds(30, 7)
      .map((world) => Buffer.from(World.toBytes(world)))
      .entries()) {
      const world = World.toObject(World.fromBytes(bytes));
      for (let size = i % 7; size <= bytes.length + 40; size += 1 + (bytes.length >> 6)) {
        const page = Buffer.alloc(16 + size, 0xee);
        const writer = new Writer(page, 8);
        World.encode(world, writer);
        expect(writer.pos).toBe(8 + bytes.length);
        if (writer.fits) expect(bytes.equals(page.subarray(8, writer.pos))).toBe(true);
        expect(page.subarray(0, 8).equals(Buffer.alloc(8, 0xee))).toBe(true);
      }
    }
  });

  test("may have texts and lists of megabytes", () => {
    const long = { name: "é".repeat(1_000_000), lists: Lists.create({ doubles: new Float64Array(500_000).fill(7) }) };
    const bytes = World.toBytes(long);
    expect(bytes.length).toBeLessThan(2_000_000 + 4_000_000 + 200);
    const { name, lists } = World.fromBytes(bytes);
    expect([name === long.name, lists?.doubles?.every((number) => number === 7)]).toEqual([true, true]);
  });

  test("is written again, from a reader, byte for byte", () => {
    for (const world of sampleWorlds(50, 8)) {
      const bytes = World.toBytes(world);
      expect(World.toBytes(World.fromBytes(bytes))).toEqual(bytes);
      const parent = { name: "outer", parent: World.fromBytes(bytes) };
      const { parent: copy } = World.toObject(World.fromBytes(World.toBytes(parent)));
      expect(copy).toEqual(world);
    }
  });

  test("is read in place where its bytes may be lent and are aligned, else copied once", () => {
    const [world] = sampleWorlds(1, 9);
    const bytes = World.toBytes(world);
    for (const [offset, copied] of [
      [0, 0],
      [8, 0],
      [4, bytes.length],
    ]) {
      const slab = new Uint8Array(bytes.length + 16);
      slab.set(bytes, offset);
      const reader = new Reader(slab, offset, offset + bytes.length);
      reader.mayBorrow = true;
      const read = World.decode(reader);
      expect([reader.copiedBytes, reader.hasBorrowed, reader.pos]).toEqual([copied, copied === 0, reader.end]);
      expect(World.toObject(read)).toEqual(world);
    }
  });
});

describe("flatc", () => {
  const flatc = flatcFor("world.World", ["world.fbs", "geometry.fbs"]);

  test("reads what we write, and we read what it writes", { timeout: 60_000 }, async () => {
    const official = await flatc;
    for (const world of sampleWorlds(60, 10).map(inQuarters)) {
      const json = official.toJson(World.toBytes(world));
      const theirs = World.toObject(World.fromBytes(official.toBinary(json)));
      expect(unpacked(theirs)).toEqual(unpacked(world));
      expect(official.toJson(World.toBytes(theirs))).toBe(json);
    }
  });
});
