import { inspect } from "node:util";
import { type List, Writer } from "millrace/codec";
import { describe, expect, test } from "vitest";
import { Directory, Entry, Quote, Series } from "../../../schemas/gen/book.js";
import {
  Color,
  findPair,
  findWeapon,
  Lists,
  Nothing,
  Numbered,
  Rights,
  Scalars,
  Weapon,
  WideFlags,
  World,
} from "../../../schemas/gen/world.js";

/** What comes back when `lists` are sent. */
function received(lists: Partial<Lists>): Lists {
  return Lists.fromBytes(Lists.toBytes(lists));
}

describe("a value that its field cannot hold is refused with the field's name", () => {
  const refused: readonly [encode: () => unknown, message: string][] = [
    [() => Scalars.toBytes({ aByte: 128 }), "world.Scalars: Scalars.aByte"],
    [() => Scalars.toBytes({ aUint: -1 }), "world.Scalars: Scalars.a_uint: -1 is not a 32-bit unsigned integer"],
    [() => Scalars.toBytes({ aShort: 1.5 }), "Scalars.a_short: 1.5 is not a 16-bit integer"],
    [() => Scalars.toBytes({ aLong: 2n ** 63n }), "Scalars.a_long: 9223372036854775808n is not a 64-bit integer"],
    [() => Scalars.toBytes({ aUlong: -1n }), "Scalars.a_ulong: -1n is not a 64-bit unsigned integer"],
    [() => World.toBytes({}), "world.World: World.name: undefined is not what a required field may be: set it"],
    [() => World.create({}), "world.World: World.name: undefined is not what a required field may be"],
    [() => Quote.toBytes(wrong({ symbol: 5 })), "book.Quote: Quote.symbol: 5 is not a string"],
    [() => Quote.toBytes(wrong({ symbol: "a", bid: "5" })), 'Quote.bid: "5" is not a number'],
    [() => Series.toBytes(wrong({ values: 5 })), "Series.values: 5 is not a list"],
    [() => Series.toBytes(wrong({ values: [1, "2"] })), 'Series.values: "2" is not a number'],
    [
      () => World.toBytes(wrong({ name: "a", item: { case: "Nobody", value: 1 } })),
      "World.item: an object is not a member of world.Item",
    ],
    [() => World.toBytes(wrong({ name: "a", parent: "b" })), 'World.parent: "b" is not an object'],
    [() => Directory.toBytes(wrong({ entries: [undefined] })), "Directory.entries: undefined is not an object"],
  ];

  test.each(refused)("%s", (encode, message) => {
    expect(encode).toThrow(message.replace("aByte", "a_byte"));
    expect(encode).toThrow(/^\[invalid_argument\] /);
  });

  test("and nothing is left behind", () => {
    const writer = new Writer(new Uint8Array(100), 8);
    expect(() => Scalars.encode({ aByte: 128 }, writer)).toThrow("a_byte");
    expect(writer.pos).toBe(8);
    expect(Scalars.fromBytes(Scalars.toBytes({ aByte: 7 })).aByte).toBe(7);
  });
});

/** What a caller without types could give. */
// oxlint-disable-next-line no-unnecessary-type-parameters
function wrong<T>(value: unknown): T {
  // oxlint-disable-next-line no-unsafe-type-assertion
  return value as T;
}

describe("what was not sent", () => {
  test("reads as its default, or as nothing where it is optional", () => {
    const scalars = Scalars.fromBytes(Scalars.toBytes({}));
    expect([scalars.anInt, scalars.yes, scalars.minus, scalars.tenth]).toEqual([0, true, -1, Math.fround(0.1)]);
    expect([scalars.color, scalars.big, scalars.maybeInt, scalars.maybeBool]).toEqual([
      Color.Blue,
      2n ** 64n - 1n,
      undefined,
      undefined,
    ]);
    expect(World.fromBytes(World.toBytes({ name: "x" })).title).toBe("none");
    const lists = received({});
    expect([lists.empty.length, [...lists.noNames], lists.ints]).toEqual([0, [], undefined]);
  });

  test("takes no bytes, as what equals its default", () => {
    expect(Scalars.toBytes(Scalars.create()).length).toBe(Scalars.toBytes({}).length);
    expect(Scalars.toBytes({ aDouble: -0 }).length).toBeGreaterThan(Scalars.toBytes({ aDouble: 0 }).length);
    expect(Object.is(Scalars.fromBytes(Scalars.toBytes({ aDouble: -0 })).aDouble, -0)).toBe(true);
    expect(Scalars.fromBytes(Scalars.toBytes({ aFloat: Number.NaN })).aFloat).toBeNaN();
  });
});

describe("schemas of different ages", () => {
  test("a reader that knows fewer fields skips the others, and one that knows more reads defaults", () => {
    const scalars = Scalars.toBytes({ anInt: 5, aDouble: 2.5 });
    expect(Nothing.toObject(Nothing.fromBytes(scalars))).toEqual({});
    expect(Scalars.toObject(Scalars.fromBytes(Nothing.toBytes({})))).toEqual(Scalars.create());
  });

  test("fields stand where their ids say", () => {
    const numbered = Numbered.create({ first: 7, second: "two", choice: { case: "Note", value: "n" } });
    expect(Numbered.toObject(Numbered.fromBytes(Numbered.toBytes(numbered)))).toEqual(numbered);
    expect(Scalars.fromBytes(Numbered.toBytes({ first: 257 })).aBool).toBe(true);
  });

  test("a member of a union that a newer peer knows reads as nothing", () => {
    const bytes = World.toBytes({ name: "x", item: { case: "Note", value: "abc" } });
    const newer = [...bytes.keys()].filter((i) => bytes[i] === 4).map((i) => bytes.with(i, 77));
    const read = newer.flatMap((mutant) => {
      try {
        return [World.fromBytes(mutant).item];
      } catch {
        return [];
      }
    });
    expect(read).toContain(undefined);
  });

  test("a number that an enum does not name passes", () => {
    expect(Scalars.fromBytes(Scalars.toBytes(wrong({ color: 77 }))).color).toBe(77);
  });
});

describe("lists", () => {
  test("of tables with a key are sorted when they are written, and searched by halves", () => {
    const names = ["é", "b", "", "\u{1f600}", "\uffee", "a", "bb"];
    const weapons = names.map((name) => Weapon.create({ name }));
    const read = received({ weapons }).weapons;
    expect(Array.from(read ?? [], ({ name }) => name)).toEqual(["", "a", "b", "bb", "é", "\uffee", "\u{1f600}"]);
    expect(names.map((name) => findWeapon(read, name)?.name)).toEqual(names);
    expect(findWeapon(read, "c")).toBeUndefined();
    expect(findWeapon(undefined, "c")).toBeUndefined();
    expect(weapons.map(({ name }) => name)).toEqual(names);
    const pairs = received({ pairs: [4_000_000_000, 5, 9].map((id) => ({ id, weight: id / 2 })) }).pairs;
    expect([5, 9, 4_000_000_000].map((id) => findPair(pairs, id)?.weight)).toEqual([2.5, 4.5, 2_000_000_000]);
  });

  test("can be asked for an item from either end", () => {
    const names: List<string> | undefined = received({ names: ["a", "b", "c"] }).names;
    expect([names?.length, names?.at(0), names?.at(-1), names?.at(3), names?.at(-4), names?.at(1.5)]).toEqual([
      3,
      "a",
      "c",
      undefined,
      undefined,
      "b",
    ]);
  });

  test("of numbers are views of the bytes where these are borrowed, and plain arrays can be written", () => {
    const bytes = Series.toBytes(wrong({ values: [1, 2, 3] }));
    const { values } = Series.fromBytes(bytes, { bytes: "borrowed" });
    expect(values).toEqual(Float64Array.of(1, 2, 3));
    expect(values?.buffer).toBe(bytes.buffer);
    expect(Series.fromBytes(bytes).values?.buffer).not.toBe(bytes.buffer);
  });

  test("that change their length while they are written are refused", () => {
    const liar = {
      length: 2,
      at: () => "x",
      *[Symbol.iterator]() {
        yield "x";
      },
    };
    expect(() => Lists.toBytes({ names: liar })).toThrow(
      "Lists.names: an object is not a list of as many items as its length says",
    );
  });
});

test("flags of the highest bit may be negative, as the operators of JavaScript give them", () => {
  const rights = Rights.Read | Rights.Admin;
  expect(rights).toBeLessThan(0);
  expect(Scalars.fromBytes(Scalars.toBytes({ rights })).rights).toBe(rights >>> 0);
  const wideFlags = WideFlags.First | WideFlags.Last;
  expect(Scalars.fromBytes(Scalars.toBytes({ wideFlags })).wideFlags).toBe(wideFlags);
});

test("a reader prints, and goes into JSON, as the plain object that it reads", () => {
  const entry = Directory.create({ path: "/", entries: [Entry.create({ name: "a", mode: 7 })] });
  const read = Directory.fromBytes(Directory.toBytes(entry));
  expect(inspect(read)).toBe(inspect(entry));
  expect(inspect(read.entries)).toBe(inspect(entry.entries));
  const json = (value: unknown) =>
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
  expect(json(read)).toBe(json(entry));
  expect({ ...read.entries?.at(0) }).not.toHaveProperty("name");
});

test("tables that have the same fields share a vtable", () => {
  const entries = (count: number) => Array.from({ length: count }, () => Entry.create({ mode: 7 }));
  const [two, ten] = [2, 10].map((count) => Directory.toBytes({ entries: entries(count) }).length);
  // An offset, and a table of 6 bytes that is aligned to 8.
  expect(ten - two).toBe(8 * (4 + 8));
});

test("a shared text is stored once", () => {
  const text = "a text of some length";
  const worlds = (child: Partial<World>): Uint8Array => {
    return World.toBytes({
      name: "x",
      children: Array.from({ length: 3 }, () => World.create({ name: "x", ...child })),
    });
  };
  const bytes = worlds({ tag: text });
  expect(bytes.length).toBeLessThan(worlds({ class: text }).length - 2 * text.length);
  expect(Array.from(World.fromBytes(bytes).children ?? [], ({ tag }) => tag)).toEqual([text, text, text]);
});
