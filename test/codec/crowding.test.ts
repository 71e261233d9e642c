import { describe, expect, it } from "vitest";
import { Maps } from "../../schemas/gen/everything.js";
import { fromJson, Reader, toJson } from "../../src/codec/index.js";

/** A few more than it takes for a map to be watched. */
const COUNT = 1_200;
const LOW_30 = 0x3fff_ffffn;

/** V8's hash of a number that is no 32-bit integer, or of an integer of 64 bits, reckoned as its source says it. */
function hash64(key: bigint): bigint {
  let h = BigInt.asUintN(64, ~key + (key << 18n));
  h ^= h >> 31n;
  h = BigInt.asUintN(64, h * 21n);
  h ^= h >> 11n;
  h = BigInt.asUintN(64, h + (h << 6n));
  h ^= h >> 22n;
  return h & LOW_30;
}

/** V8's hash of a 32-bit integer. */
function hash32(key: bigint): bigint {
  let h = BigInt.asUintN(32, ~key + (key << 15n));
  h ^= h >> 12n;
  h = BigInt.asUintN(32, h + (h << 2n));
  h ^= h >> 4n;
  h = BigInt.asUintN(32, h * 2057n);
  h ^= h >> 16n;
  return h & LOW_30;
}

/** The double `key` as its bits. */
function bitsOf(key: bigint): bigint {
  return new BigInt64Array(Float64Array.of(Number(key)).buffer)[0];
}

/** The first integers from `start` on that fall into one of 4,096 buckets. */
function crowding(start: bigint, hash: (key: bigint) => bigint): bigint[] {
  const keys: bigint[] = [];
  for (let key = start; keys.length < COUNT; key++) if ((hash(key) & 0xfffn) === 7n) keys.push(key);
  return keys;
}

const small = crowding(0n, hash32);
const large = crowding(2n ** 31n, (key) => hash64(bitsOf(key)));
const wide = crowding(0n, hash64);

const mapped = (keys: readonly bigint[]) => new Map(keys.map((key) => [Number(key), 0]));

describe("a map whose keys were chosen to have one hash", () => {
  it.each<[string, Partial<Maps>]>([
    ["int32", { int32: mapped(small) }],
    ["uint32 above what an int32 holds", { fixed32: mapped(large) }],
    ["uint64", { fixed64: new Map(wide.map((key) => [key, 0n])) }],
    ["int64 below 0", { sint64: new Map(wide.map((key) => [-key, 0n])) }],
  ])("of %s, is refused, as bytes and as JSON", (_, maps) => {
    const refused = expect.objectContaining({
      code: "resource_exhausted",
      text: expect.stringContaining("have hashes that are alike"),
    });
    const bytes = Maps.toBytes(maps);
    const json = toJson(Maps, maps);
    expect(() => Maps.fromBytes(bytes)).toThrow(refused);
    expect(() => fromJson(Maps, json)).toThrow(refused);
  });
});

describe("a map of any other numbers is taken", () => {
  const steps = [1n, 2n, 3n, 7n, 1000n, 4096n, 65_536n, 86_400n];

  it.each(steps)("in steps of %d", (step) => {
    const keys = Array.from({ length: 20_000 }, (_, i) => BigInt(i) * step);
    const maps = {
      int32: mapped(keys.map((key) => BigInt.asIntN(32, key))),
      fixed32: mapped(keys.map((key) => BigInt.asUintN(32, key + 2n ** 31n))),
      fixed64: new Map(keys.map((key) => [key * 2n ** 20n, 0n])),
      sint64: new Map(keys.map((key) => [-key, 0n])),
    };
    const { int32, fixed32, fixed64, sint64 } = Maps.fromBytes(Maps.toBytes(maps));
    expect({ int32, fixed32, fixed64, sint64 }).toStrictEqual(maps);
  });

  it("one that is given many times over", () => {
    const one = Maps.toBytes({ int32: new Map([[5, 1]]) });
    const many = Maps.toBytes({ int32: mapped(Array.from({ length: 2_000 }, (_, i) => BigInt(i))) });
    const bytes = Buffer.concat([many, ...Array.from({ length: 1_000 }, () => one)]);
    expect(Maps.fromBytes(bytes).int32.size).toBe(2_000);
  });
});

describe("a reader that goes on to other messages", () => {
  it.each([
    ["was read", mapped(Array.from({ length: 2_000 }, (_, i) => BigInt(i)))],
    ["was refused", mapped(small)],
  ])("keeps nothing of a large map that %s", (_, int32) => {
    const reader = new Reader(Maps.toBytes({ int32 }));
    try {
      Maps.decode(reader);
    } catch {
      // What is refused is tested above.
    }
    expect(reader.crowds).toBeUndefined();
  });
});
