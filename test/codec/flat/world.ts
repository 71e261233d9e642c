import fc from "fast-check";
import { Axis } from "../../../schemas/gen/geometry.js";
import {
  type Cell,
  Color,
  type Item,
  Lists,
  Rights,
  Scalars,
  Weapon,
  Wide,
  WideFlags,
  World,
} from "../../../schemas/gen/world.js";

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });
const float64 = fc.double({ noNaN: true, noDefaultInfinity: true });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const int = (bits: number) => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const color = fc.constantFrom(...Object.values(Color));
const axis = fc.constantFrom(...Object.values(Axis));
const wide = fc.constantFrom(...Object.values(Wide));
const spot = fc.record({ x: float32, y: float32, z: float32 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const list = <T>(item: fc.Arbitrary<T>) => maybe(fc.array(item, { maxLength: 6 }));
const numbers = <T, A>(item: fc.Arbitrary<T>, type: { from(items: T[]): A }) =>
  maybe(fc.array(item, { maxLength: 24 }).map((items) => type.from(items)));

const cell: fc.Arbitrary<Cell> = fc.record({
  index: uint(16),
  weights: fc.tuple(float32, float32, float32).map((items) => Float32Array.from(items)),
  axes: fc.tuple(axis, axis),
  flags: fc.tuple(fc.boolean(), fc.boolean()),
  corners: fc.tuple(spot, spot),
  mark: uint(8),
  total: int64,
  ratio: float64,
});

const weapon = fc.record({ name: text, damage: int(16), enchanted: fc.boolean() }).map((value) => Weapon.create(value));

const scalars = fc
  .record({
    aBool: fc.boolean(),
    aByte: int(8),
    aUbyte: uint(8),
    aShort: int(16),
    aUshort: uint(16),
    anInt: int(32),
    aUint: uint(32),
    aLong: int64,
    aUlong: uint64,
    aFloat: float32,
    aDouble: float64,
    yes: fc.boolean(),
    minus: fc.constantFrom(-1, 0, 1),
    many: fc.constantFrom(200, 0, 255),
    half: fc.constantFrom(0.5, 0, -0),
    tenth: fc.constantFrom(Math.fround(0.1), 0),
    big: fc.constantFrom(2n ** 64n - 1n, 0n),
    small: fc.constantFrom(-(2n ** 63n), 0n),
    maybeBool: maybe(fc.boolean()),
    maybeInt: maybe(fc.constantFrom(0, 7)),
    maybeLong: maybe(fc.constantFrom(0n, 7n)),
    maybeDouble: maybe(fc.constantFrom(0, -0, 1.5)),
    maybeColor: maybe(color),
    color,
    rights: fc.constantFrom(0, Rights.Read, Rights.Read + Rights.Admin),
    wide,
    wideFlags: fc.constantFrom(0n, WideFlags.First | WideFlags.Last),
  })
  .map((value) => Scalars.create(value));

const item: fc.Arbitrary<Item> = fc.oneof(
  weapon.map((value) => ({ case: "Weapon", value }) as const),
  weapon.map((value) => ({ case: "Armour", value }) as const),
  spot.map((value) => ({ case: "Spot", value }) as const),
  text.map((value) => ({ case: "Note", value }) as const),
  scalars.map((value) => ({ case: "Scalars", value }) as const),
);

const lists = fc
  .record({
    bools: list(fc.boolean()),
    bytes: numbers(uint(8), Uint8Array),
    signed: numbers(int(8), Int8Array),
    shorts: numbers(int(16), Int16Array),
    ushorts: numbers(uint(16), Uint16Array),
    ints: numbers(int(32), Int32Array),
    uints: numbers(uint(32), Uint32Array),
    longs: numbers(int64, BigInt64Array),
    ulongs: numbers(uint64, BigUint64Array),
    floats: numbers(float32, Float32Array),
    doubles: numbers(float64, Float64Array),
    colors: list(color),
    wides: list(wide),
    names: list(text),
    spots: list(spot),
    // Lists that have a key come back sorted by it.
    pairs: maybe(
      fc.uniqueArray(fc.record({ id: uint(32), weight: float64 }), { selector: ({ id }) => id, maxLength: 6 }),
    ).map((items) => items?.toSorted((a, b) => a.id - b.id)),
    weapons: maybe(fc.array(weapon, { maxLength: 1 })),
    items: list(item),
    empty: fc.array(int(32), { maxLength: 3 }).map((items) => Int32Array.from(items)),
    noNames: fc.array(text, { maxLength: 3 }),
    aligned: numbers(uint(8), Uint8Array),
  })
  .map((value) => Lists.create(value));

/** Values of the table that uses every feature, each a plain object that comes back equal to itself. */
export const worlds: fc.Arbitrary<World> = fc.letrec<{ world: World }>((tie) => ({
  world: fc
    .record({
      name: text,
      title: fc.oneof(fc.constant("none"), text),
      spot: maybe(spot),
      box: maybe(fc.record({ low: spot, high: spot, solid: fc.boolean() })),
      cell: maybe(cell),
      scalars: maybe(scalars),
      lists: maybe(lists),
      item: maybe(item),
      parent: fc.option(tie("world"), { nil: undefined, maxDepth: 2, depthIdentifier: "world" }),
      children: fc.option(fc.array(tie("world"), { maxLength: 2 }), {
        nil: undefined,
        maxDepth: 2,
        depthIdentifier: "world",
      }),
      inner: maybe(text.map((name) => World.toBytes({ name }))),
      tag: maybe(fc.constantFrom("a", "b")),
      tags: list(fc.constantFrom("a", "b")),
      class: maybe(text),
      at: uint(32),
      json: uint(8),
    })
    .map((value) => World.create(value)),
})).world;

/** `value` with its fractions rounded to quarters and what is too large for that cut, which flatc writes into JSON exactly. */
export function inQuarters<T>(value: T): T;
export function inQuarters(value: unknown): unknown {
  if (typeof value === "number") {
    return Number.isSafeInteger(value) || !Number.isFinite(value)
      ? value + 0
      : Math.round((value % 16_384) * 4) / 4 + 0;
  }
  if (value instanceof Float32Array || value instanceof Float64Array) return value.map(inQuarters);
  if (Array.isArray(value)) return value.map(inQuarters);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inQuarters(inner)]));
}

/** `world` with the buffers inside it as what they hold: there is more than one way to write the same. */
export function unpacked(world: World): object {
  const { inner, parent, children } = world;
  return {
    ...world,
    ...(inner && { inner: unpacked(World.toObject(World.fromBytes(inner, { identifier: false }))) }),
    ...(parent && { parent: unpacked(parent) }),
    ...(children && { children: Array.from(children, unpacked) }),
  };
}

/** Values of which each field is set in some. */
export function sampleWorlds(count: number, seed: number): World[] {
  return fc.sample(worlds, { numRuns: count, seed });
}
