import { describe, expect, it } from "vitest";
import { Lists, Maps, Numbers, Scalars } from "../../schemas/gen/everything.js";
import { Quote } from "../../schemas/gen/market.js";
import { Reader, Writer } from "../../src/codec/index.js";

function refused(problem: RegExp): object {
  return expect.objectContaining({ code: "invalid_argument", text: expect.stringMatching(problem) });
}

describe("a value that its field cannot hold is refused", () => {
  it.each<[string, unknown, RegExp]>([
    ["int32", 1.5, /everything.Scalars: field 3: 1.5 is not a 32-bit integer/],
    ["int32", 2 ** 40, /field 3: 1099511627776/],
    ["int32", 2 ** 31, /field 3/],
    ["int32", "5", /field 3: "5"/],
    ["int32", 5n, /field 3/],
    ["uint32", -1, /field 5: -1 is not a 32-bit unsigned/],
    ["uint32", 2 ** 32, /field 5/],
    ["sint32", -(2 ** 31) - 1, /field 7/],
    ["fixed32", -1, /field 9/],
    ["sfixed32", 2 ** 31, /field 11/],
    ["int64", 5, /field 4: 5 is not a 64-bit integer/],
    ["int64", 2n ** 63n, /field 4: 9223372036854775808n/],
    ["int64", -(2n ** 63n) - 1n, /field 4/],
    ["uint64", -1n, /field 6: -1n/],
    ["uint64", 2n ** 64n, /field 6/],
    ["sint64", 2n ** 63n, /field 8/],
    ["fixed64", -1n, /field 10/],
    ["fixed64", "1", /field 10/],
    ["sfixed64", 2n ** 63n, /field 12/],
    ["double", "1", /field 1/],
    ["float", {}, /field 2: an object/],
    ["bool", 1, /field 13: 1 is not a boolean/],
    ["string", 7, /field 14: 7 is not a string/],
    ["bytes", "abc", /field 15: "abc" is not a Uint8Array/],
    ["bytes", [1, 2], /field 15/],
    ["level", 0.5, /field 16/],
  ])("%s: %s", (field, value, problem) => {
    expect(() => Scalars.toBytes({ [field]: value })).toThrow(refused(problem));
  });

  it.each<[string, unknown, RegExp]>([
    ["int64", 2 ** 53, /Numbers: field 1: 9007199254740992 is not a safe integer/],
    ["int64", 1.5, /field 1/],
    ["int64", 5n, /field 1/],
    ["uint64", -1, /field 2/],
    ["sint64", -(2 ** 53), /field 3/],
    ["fixed64", -1, /field 4/],
    ["sfixed64", 2 ** 60, /field 5/],
    ["maybe", Number.NaN, /field 6/],
    ["list", [1, 2, 0.5], /field 7/],
  ])("as a number, %s: %s", (field, value, problem) => {
    expect(() => Numbers.toBytes({ [field]: value })).toThrow(refused(problem));
  });

  it("in lists and maps, too", () => {
    expect(() => Lists.toBytes({ uint32: [1, -1] })).toThrow(refused(/Lists: field 5: -1/));
    expect(() => Maps.toBytes({ int32: new Map([[0.5, 1]]) })).toThrow(refused(/0.5/));
  });

  it("and leaves the writer where it was", () => {
    const writer = new Writer(new Uint8Array(100), 10);
    expect(() => Scalars.encode({ double: 1, string: "abc", last: JSON.parse("7") }, writer)).toThrow();
    expect(writer.pos).toBe(10);
  });
});

describe("values at the edge of their type", () => {
  it("travel exactly", () => {
    const edges = {
      double: -0,
      float: Number.NaN,
      int32: -(2 ** 31),
      int64: -(2n ** 63n),
      uint32: 2 ** 32 - 1,
      uint64: 2n ** 64n - 1n,
      sint32: 2 ** 31 - 1,
      sint64: -(2n ** 63n),
      fixed64: 2n ** 64n - 1n,
      sfixed64: -(2n ** 63n),
    };
    expect(Scalars.fromBytes(Scalars.toBytes(edges))).toStrictEqual(Scalars.create(edges));
  });

  it("travel exactly in lists, those of 64 bits at both ends of their range among them", () => {
    const signed = [0n, 1n, -1n, 63n, -64n, 2n ** 31n, 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)];
    const unsigned = [0n, 1n, 127n, 128n, 2n ** 32n, 2n ** 49n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
    const edges = {
      double: [0, -0, Number.NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE],
      float: [0, -0, Number.NaN, Infinity, -Infinity, 2 ** -149],
      int32: [-0x8000_0000, -1, 0, 0x7fff_ffff],
      int64: signed,
      uint32: [0, 0xffff_ffff],
      uint64: unsigned,
      sint32: [-0x8000_0000, -1, 0, 0x7fff_ffff],
      sint64: signed,
      fixed64: unsigned,
      sfixed64: signed,
    };
    expect(Lists.fromBytes(Lists.toBytes(edges))).toStrictEqual(Lists.create(edges));
  });

  it("are as long as Protocol Buffers says", () => {
    expect(Scalars.toBytes({ int32: -1 })).toHaveLength(11);
    expect(Scalars.toBytes({ sint32: -1 })).toHaveLength(2);
    expect(Scalars.toBytes({ int64: 2n ** 35n })).toHaveLength(7);
    expect(Scalars.toBytes({})).toHaveLength(0);
    expect(Scalars.toBytes(Scalars.create())).toHaveLength(0);
  });

  it("round to the nearest float", () => {
    expect(Scalars.fromBytes(Scalars.toBytes({ float: 0.1 })).float).toBe(Math.fround(0.1));
  });
});

describe("text", () => {
  it("has U+FFFD written for a lone surrogate, as TextEncoder does", () => {
    const broken = ["a\ud800", "\udc00b", "\ud800\ud800", `${"x".repeat(200)}\udbff`, `${"é".repeat(30)}\ud83d`];
    for (const string of broken) {
      const expected = new TextDecoder().decode(new TextEncoder().encode(string));
      expect(Scalars.fromBytes(Scalars.toBytes({ string })).string).toBe(expected);
      const writer = new Writer(new Uint8Array(2));
      Scalars.encode({ string }, writer);
      expect(writer.pos).toBe(Scalars.toBytes({ string }).length);
    }
  });

  it("keeps a byte order mark", () => {
    const string = "\ufeffabc";
    expect(Scalars.fromBytes(Scalars.toBytes({ string })).string).toBe(string);
  });

  it("of every length around the limits of each path comes back", () => {
    for (const unit of ["a", "é", "漢", "😀"]) {
      for (let length = 0; length < 140; length++) {
        const string = unit.repeat(length);
        expect(Scalars.fromBytes(Scalars.toBytes({ string })).string).toBe(string);
      }
      for (const length of [5_000, 16_383, 16_384, 70_000]) {
        const string = unit.repeat(length);
        expect(Scalars.fromBytes(Scalars.toBytes({ string })).string).toBe(string);
      }
    }
  });
});

describe("a codec", () => {
  const quote = { symbol: "ACME", time: 1_760_000_000_000, price: 12.5, currency: "EUR" };

  it("names its type", () => {
    expect(Quote.name).toBe("market.Quote");
    expect(Quote.id).toBe(0x3ed1fb1f);
  });

  it("decodes from the middle of a slab, and leaves the reader at the end of the message", () => {
    const bytes = Quote.toBytes(quote);
    const slab = new Uint8Array(100).fill(0xff);
    slab.set(bytes, 30);
    const reader = new Reader(slab.subarray(10), 20, 20 + bytes.length);
    expect(Quote.decode(reader)).toStrictEqual(quote);
    expect(reader.pos).toBe(20 + bytes.length);
  });

  it("encodes in a getter of a message that is being encoded", () => {
    const outer = {
      symbol: "OUTER",
      get currency() {
        return Quote.fromBytes(Quote.toBytes({ symbol: "INNER" })).symbol;
      },
    };
    expect(Quote.fromBytes(Quote.toBytes(outer))).toStrictEqual(Quote.create({ symbol: "OUTER", currency: "INNER" }));
  });

  it("refuses a message that grows while it is encoded", () => {
    let length = 20_000;
    const growing = {
      get symbol() {
        return "x".repeat((length += 1_000));
      },
    };
    expect(() => Quote.toBytes(growing)).toThrow(refused(/changed while it was encoded/));
  });

  it("gives bytes that nothing else shares", () => {
    const bytes = Quote.toBytes(quote);
    Quote.toBytes({ symbol: "OTHER" });
    expect(Quote.fromBytes(bytes)).toStrictEqual(quote);
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  });

  it("wraps what a getter throws, and says of which message", () => {
    const broken = {
      get symbol(): string {
        throw new Error("no symbol today");
      },
    };
    expect(() => Quote.toBytes(broken)).toThrow(refused(/market.Quote: no symbol today/));
  });
});
