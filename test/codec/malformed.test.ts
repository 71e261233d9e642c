import { describe, expect, it } from "vitest";
import { Choice, Lists, Maps, Numbers, Optionals, Outer, Scalars, WellKnown } from "../../schemas/gen/everything.js";
import { Map as Tree } from "../../schemas/gen/everything.js";
import { Timestamp } from "../../schemas/gen/google/protobuf/timestamp.js";
import { Reader, UNKNOWN } from "../../src/codec/index.js";

/** `"08 ff 01"` */
function hex(text: string): Uint8Array {
  return Uint8Array.from(text.split(" ").filter(Boolean), (byte) => Number.parseInt(byte, 16));
}

function refused(problem: string | RegExp): object {
  return expect.objectContaining({ code: "invalid_argument", text: expect.stringMatching(problem) });
}

/** `depth` messages in one another, the outermost counted. */
function nested(depth: number): Uint8Array {
  const bytes: number[] = [];
  for (let i = 1; i < depth; i++) {
    const length = bytes.length;
    bytes.unshift(0x1a, ...(length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7]));
  }
  return Uint8Array.from(bytes);
}

/** `depth` levels of maps: an entry and the message that is its value are a level each. */
function maps(depth: number): Uint8Array {
  const bytes: number[] = [];
  for (let level = depth; level > 1; level--) {
    const tag = level % 2 === 0 ? 0x0a : 0x12;
    const length = bytes.length;
    bytes.unshift(tag, ...(length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7]));
  }
  return Uint8Array.from(bytes);
}

/** `depth` groups in one another. */
function groups(depth: number): Uint8Array {
  return Uint8Array.from({ length: 2 * depth }, (_, i) => (i < depth ? 0x3b : 0x3c));
}

describe("malformed bytes are refused", () => {
  it.each([
    ["a varint of 11 bytes", "18 ff ff ff ff ff ff ff ff ff ff 01", /Scalars: field 3: a varint does not end/],
    ["a 64-bit varint of 11 bytes", "20 ff ff ff ff ff ff ff ff ff ff 01", /field 4: a varint does not end/],
    ["a bool of 11 bytes", "68 ff ff ff ff ff ff ff ff ff ff 01", /field 13: a varint does not end/],
    ["a varint cut short", "18 ff", /field 3/],
    ["a tag without a value", "18", /field 3/],
    ["a tag cut short", "80", /tag/],
    ["a tag of more than 32 bits", "80 80 80 80 10 00", /tag/],
    ["a tag of more than 5 bytes", "88 80 80 80 80 00 01", /tag/],
    ["a double cut short", "09 00 00 00 00 00 00 00", /field 1: runs past the end/],
    ["a float cut short", "15 00 00 00", /field 2: runs past the end/],
    ["a fixed32 cut short", "4d 00 00 00", /field 9: runs past the end/],
    ["a fixed64 cut short", "51 00 00 00 00 00 00 00", /field 10: runs past the end/],
    ["a string longer than the message", "72 05 61 62 63 64", /field 14: 5 bytes reach past the end/],
    ["bytes longer than the message", "7a 01", /field 15: 1 bytes reach past the end/],
    ["a length of 4 GiB", "7a ff ff ff ff 0f", /field 15: 4294967295 bytes reach past the end/],
    ["a length of 4 GiB and 1", "7a 81 80 80 80 10 00", /field 15: 4294967297 bytes reach past the end/],
    ["a length of -1", "72 ff ff ff ff ff ff ff ff ff 01 00", /field 14: \d+ bytes reach past the end/],
    ["an unknown length of 4 GiB", "a2 06 80 80 80 80 10", /4294967296 bytes reach past/],
    ["a length of 11 bytes", "72 80 80 80 80 80 80 80 80 80 80 00", /field 14: a varint does not end/],
    ["wire type 6", "0e 00", /wire type 6/],
    ["wire type 7", "0f 00", /wire type 7/],
    ["field number 0", "00 00", /field number must not be 0/],
    ["field number 0 with a length", "02 00", /field number must not be 0/],
    ["the end of a group that was never opened", "0c", /end of a group/],
    ["a group that does not end", "a3 06 08 01", /group/],
    ["a group that another one's end tag closes", "a3 06 ac 06", /end of a group/],
    ["wire type 7 in a group", "a3 06 0f 00 a4 06", /wire type 7/],
    ["field number 0 in a group", "a3 06 00 00 a4 06", /field number must not be 0/],
    ["an unknown string longer than the message", "a2 06 05 61", /5 bytes reach past/],
    ["an unknown double cut short", "a1 06 00 00", /runs past the end/],
    ["an unknown varint cut short", "a0 06 ff", /field 100/],
    ["a lone continuation byte in a string", "72 01 80", /field 14: the string is not valid UTF-8/],
    ["an overlong slash in a string", "72 02 c0 af", /UTF-8/],
    ["a surrogate in a string", "72 03 ed a0 80", /UTF-8/],
    ["a point past U+10FFFF in a string", "72 04 f4 90 80 80", /UTF-8/],
    ["half a character behind a long text", `72 1e ${"61 ".repeat(29)}c3`, /UTF-8/],
  ])("%s", (_, bytes, problem) => {
    expect(() => Scalars.fromBytes(hex(bytes))).toThrow(refused(problem));
  });

  it("a field that reaches out of the message it stands in, into its parent", () => {
    expect(() => Outer.fromBytes(hex("0a 02 18 ff 01 00"))).toThrow(refused(/everything.Outer: field 3: runs past/));
    expect(() => Outer.fromBytes(hex("0a 02 0a 02 00 00"))).toThrow(refused(/reach past the end/));
  });

  it("an element that reaches out of its packed list", () => {
    expect(() => Lists.fromBytes(hex("1a 01 ff 01 00"))).toThrow(
      refused(/field 3: runs past the end of its packed list/),
    );
    expect(() => Lists.fromBytes(hex("0a 04 00 00 00 00 00 00 00 00"))).toThrow(refused(/packed list/));
  });

  it("a map entry that is cut short", () => {
    expect(() => Maps.fromBytes(hex("0a 03 0a 05 61"))).toThrow(refused(/reach past the end/));
    expect(() => Maps.fromBytes(hex("12 02 08 ff 01"))).toThrow(refused(/runs past the end/));
  });

  it("a key or a value of a map that is not valid UTF-8", () => {
    expect(() => Maps.fromBytes(hex("0a 03 0a 01 80"))).toThrow(refused(/Maps: field 1: the string is not valid/));
    expect(() => Maps.fromBytes(hex("0a 05 12 03 ed a0 80"))).toThrow(refused(/field 2: the string is not valid/));
  });

  it("a 64-bit integer that a JavaScript number cannot hold, where the schema asks for numbers", () => {
    expect(Numbers.fromBytes(hex("08 ff ff ff ff ff ff ff 0f")).int64).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => Numbers.fromBytes(hex("08 80 80 80 80 80 80 80 10"))).toThrow(
      refused(/9007199254740992 is not a safe/),
    );
    expect(Numbers.fromBytes(hex("08 81 80 80 80 80 80 80 f0 ff 01")).int64).toBe(Number.MIN_SAFE_INTEGER);
    expect(() => Numbers.fromBytes(hex("08 80 80 80 80 80 80 80 f0 ff 01"))).toThrow(refused(/is not a safe/));
  });
});

describe("nesting", () => {
  it("goes 100 messages deep and no deeper", () => {
    expect(() => Outer.fromBytes(nested(100))).not.toThrow();
    expect(() => Outer.fromBytes(nested(101))).toThrow(refused(/nest deeper than 100/));
  });

  it("counts groups, and a million of them cost nothing", () => {
    expect(() => Outer.fromBytes(groups(99))).not.toThrow();
    expect(() => Outer.fromBytes(groups(100))).toThrow(refused(/nest deeper than 100/));
    const reader = new Reader(new Uint8Array(1_000_000).fill(0x3b));
    expect(() => Outer.decode(reader)).toThrow(refused(/nest deeper/));
    expect(reader.pos).toBe(100);
  });

  it("counts groups in messages, and messages of unknown fields not at all", () => {
    const grouped = (depth: number) => Uint8Array.of(0x1a, 2 * depth, ...groups(depth));
    expect(() => Outer.fromBytes(grouped(60))).not.toThrow();
    expect(() => Outer.fromBytes(Uint8Array.of(0x1a, 0x80 | 68, 1, ...groups(98)))).not.toThrow();
    expect(() => Outer.fromBytes(Uint8Array.of(0x1a, 0x80 | 70, 1, ...groups(99)))).toThrow(refused(/nest deeper/));
    expect(() => Scalars.fromBytes(nested(1000))).not.toThrow();
  });

  it("counts the entries of maps", () => {
    expect(() => Tree.fromBytes(maps(100))).not.toThrow();
    expect(() => Tree.fromBytes(maps(101))).toThrow(refused(/nest deeper than 100/));
  });

  it("counts from 0 again after a refusal", () => {
    expect(() => Outer.fromBytes(nested(101))).toThrow();
    expect(() => Outer.fromBytes(nested(100))).not.toThrow();
  });

  it("of a value that contains itself is refused when encoding", () => {
    const outer = Outer.create();
    outer.self = outer;
    expect(() => Outer.toBytes(outer)).toThrow(refused(/everything.Outer: /));
  });
});

describe("what other encoders may write is read", () => {
  it("varints of up to 10 bytes, with their high bits dropped where the type is narrower", () => {
    expect(Scalars.fromBytes(hex("18 81 80 80 80 80 80 80 80 80 00")).int32).toBe(1);
    expect(Scalars.fromBytes(hex("28 ff ff ff ff ff ff ff ff ff 01")).uint32).toBe(0xffff_ffff);
    expect(Scalars.fromBytes(hex("68 80 80 80 80 10")).bool).toBe(true);
    expect(Scalars.fromBytes(hex("f2 80 80 80 00 01 61")).string).toBe("a");
  });

  it("a known field with the wrong wire type, as an unknown field", () => {
    const kept = hex("1a 01 61 70 05");
    expect(Scalars.fromBytes(kept)).toStrictEqual({ ...Scalars.create(), [UNKNOWN]: kept });
    expect(Outer.fromBytes(hex("08 01"))).toStrictEqual({ ...Outer.create(), [UNKNOWN]: hex("08 01") });
  });

  it("unknown fields of every wire type, groups in groups among them", () => {
    const unknown =
      "a0 06 01 a1 06 00 00 00 00 00 00 00 00 a2 06 01 00 a3 06 08 01 ab 06 ac 06 a4 06 a5 06 00 00 00 00";
    expect(Scalars.fromBytes(hex(`${unknown} 18 07 ${unknown}`)).int32).toBe(7);
  });

  it("packed lists one by one, and others packed", () => {
    expect(Lists.fromBytes(hex("18 01 1a 02 02 03 18 04")).int32).toStrictEqual([1, 2, 3, 4]);
    expect(Lists.fromBytes(hex("92 01 02 01 02 90 01 03")).expanded).toStrictEqual([1, 2, 3]);
    expect(Lists.fromBytes(hex("1a 00")).int32).toStrictEqual([]);
  });

  it("a message in pieces, merged", () => {
    const { scalars } = Optionals.fromBytes(hex("8a 01 02 18 01 8a 01 03 72 01 61 8a 01 02 18 02"));
    expect(scalars).toStrictEqual(Scalars.create({ int32: 2, string: "a" }));
  });

  it("a oneof, of which the last case counts, and merges with itself alone", () => {
    expect(Choice.fromBytes(hex("12 01 61 20 01")).kind).toStrictEqual({ case: "bool", value: true });
    const merged = Choice.fromBytes(hex("32 02 18 01 32 03 72 01 61")).kind;
    expect(merged).toStrictEqual({ case: "scalars", value: Scalars.create({ int32: 1, string: "a" }) });
    const fresh = Choice.fromBytes(hex("32 02 18 01 20 01 32 03 72 01 61")).kind;
    expect(fresh).toStrictEqual({ case: "scalars", value: Scalars.create({ string: "a" }) });
  });

  it("map entries without a key or a value, and of two with one key the last", () => {
    expect(Maps.fromBytes(hex("0a 00 0a 03 12 01 61")).string).toStrictEqual(new Map([["", "a"]]));
    expect(Maps.fromBytes(hex("0a 03 0a 01 61")).string).toStrictEqual(new Map([["a", ""]]));
    expect(Maps.fromBytes(hex("52 00")).sfixed32).toStrictEqual(new Map([[0, Timestamp.create()]]));
  });

  it("enum values that the schema does not name", () => {
    expect(Scalars.fromBytes(hex("80 01 63")).level).toBe(99);
  });

  it("4 MB of empty packed lists and merges, in time that grows with their number", () => {
    const bytes = new Uint8Array(4_000_000);
    for (let i = 0; i < bytes.length; i += 2) bytes[i] = i % 4 === 0 ? 0x1a : 0x0a;
    expect(Lists.fromBytes(bytes)).toStrictEqual(Lists.create());
    expect(WellKnown.fromBytes(bytes.fill(0x32).map((byte, i) => (i % 2 === 0 ? byte : 0))).timestamp).toStrictEqual(
      Timestamp.create(),
    );
  });
});

describe("names that mean something to JavaScript", () => {
  it("are plain keys of a map", () => {
    const string = new Map([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
    expect(Maps.fromBytes(Maps.toBytes({ string })).string).toStrictEqual(string);
    expect(Object.hasOwn(Object.prototype, "a")).toBe(false);
  });

  it("or that other dictionaries keep apart from the rest, 100,000 of them, are plain keys too", () => {
    const string = new Map(Array.from({ length: 100_000 }, (_, i) => [String(i * 65_536), "a"]));
    expect(Maps.fromBytes(Maps.toBytes({ string })).string).toStrictEqual(string);
  });

  it("are not taken over by create", () => {
    const init: object = JSON.parse('{"__proto__": {"int32": 7}, "int32": 5, "extra": 1}');
    expect(Scalars.create(init)).toStrictEqual(Scalars.create({ int32: 5 }));
  });
});

describe("bytes", () => {
  it("are copied, so that what was read into may be reused", () => {
    const bytes = Scalars.toBytes({ bytes: hex("01 02 03") });
    const message = Scalars.fromBytes(bytes);
    bytes.fill(0xee);
    expect(message.bytes).toStrictEqual(hex("01 02 03"));
  });

  it("are a plain Uint8Array when read from a Buffer", () => {
    const buffer = Buffer.from(Scalars.toBytes({ bytes: hex("01 02 03") }));
    const message = Scalars.fromBytes(buffer);
    buffer.fill(0xee);
    expect(message.bytes).toStrictEqual(hex("01 02 03"));
  });
});
