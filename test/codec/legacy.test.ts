import { describe, expect, it } from "vitest";
import { Leaf, Node } from "../../schemas/gen/edition.js";
import {
  Closed,
  Closed_Zero,
  Defaults,
  DefaultsDefaults,
  Endless,
  Groups,
  Groups_Needy,
  Level,
  Lists,
  Point,
  Required,
} from "../../schemas/gen/legacy.js";
import { Reader, UNKNOWN } from "../../src/codec/index.js";

/** `"08 ff 01"` */
function hex(text: string): Uint8Array {
  return Uint8Array.from(text.split(" ").filter(Boolean), (byte) => Number.parseInt(byte, 16));
}

function refused(problem: RegExp): object {
  return expect.objectContaining({ code: "invalid_argument", text: expect.stringMatching(problem) });
}

const whole = () => Required.create({ point: Point.create({ x: 1, y: -1 }) });

describe("a required field", () => {
  it("has its default in a new message, also a message of defaults, unless that would have no end", () => {
    expect(Required.create()).toStrictEqual({
      id: 0,
      name: 'a "name" */ \\ \n',
      level: Level.LOW,
      raw: new Uint8Array(0),
      ratio: 0,
      count: 0,
      point: { x: 0, y: 0 },
      inner: undefined,
      points: [],
      named: new Map(),
      choice: undefined,
    });
    expect(Endless.create()).toStrictEqual({ endless: undefined });
  });

  it("is written when it is the default, and comes back", () => {
    const bytes = Required.toBytes(whole());
    expect(Required.fromBytes(bytes)).toStrictEqual(whole());
    expect(Point.toBytes(Point.create())).toStrictEqual(hex("08 00 10 00"));
  });

  it("that is not given is refused when encoding, by name, also in a message in a message", () => {
    expect(() => Required.toBytes({})).toThrow(refused(/^legacy.Required: field 1 \(id\): is required, but was not/));
    const { name: _, ...nameless } = whole();
    expect(() => Required.toBytes(nameless)).toThrow(refused(/field 2 \(name\): is required/));
    expect(() => Endless.toBytes(Endless.create())).toThrow(refused(/field 1 \(endless\): is required/));
    expect(() => Groups.toBytes({ needy: JSON.parse("{}") })).toThrow(refused(/field 1 \(a\): is required/));
  });

  it("that did not come is refused when decoding, by name", () => {
    expect(() => Point.fromBytes(hex("08 01"))).toThrow(
      refused(/^legacy.Point: field 2 \(y\): is required, but was not given/),
    );
    expect(() => Required.fromBytes(hex(""))).toThrow(refused(/field 1 \(id\)/));
    expect(() => Endless.fromBytes(hex("0a 00"))).toThrow(refused(/field 1 \(endless\)/));
  });

  it.each([
    ["a group", "33 34", /field 1 \(a\)/],
    ["a list", "52 02 08 01", /field 2 \(y\)/],
    ["a map", "5a 06 0a 00 12 02 08 01", /field 2 \(y\)/],
    ["a map, of whose entry the value did not come", "5a 02 0a 00", /field 1 \(x\)/],
    ["a oneof", "62 02 10 01", /field 1 \(x\)/],
  ])("that did not come is refused in %s", (name, bytes, problem) => {
    const codec = name === "a group" ? Groups : Required;
    const start = name === "a group" ? [] : [...Required.toBytes(whole())];
    expect(() => codec.fromBytes(Uint8Array.from([...start, ...hex(bytes)]))).toThrow(refused(problem));
  });

  it("may come with any piece of its message", () => {
    const needy = Groups.fromBytes(hex("33 34 33 08 05 34 33 34")).needy;
    expect(needy).toStrictEqual({ a: 5 });
    const bytes = Uint8Array.from([...Required.toBytes(whole()), ...hex("3a 02 08 07 3a 02 10 09 3a 00")]);
    expect(Required.fromBytes(bytes).point).toStrictEqual({ x: -4, y: -5 });
  });

  it("need not be in a case of a oneof that a later one replaced", () => {
    const bytes = Uint8Array.from([...Required.toBytes(whole()), ...hex("62 02 10 01 68 07")]);
    expect(Required.fromBytes(bytes).choice).toStrictEqual({ case: "nowhere", value: 7 });
  });

  it("that is missing from a million pieces is refused before it has taken much memory", () => {
    const bytes = new Uint8Array(2_000_000).map((_, i) => (i % 2 === 0 ? 0x33 : 0x34));
    expect(() => Groups.fromBytes(bytes)).toThrow(expect.objectContaining({ code: "resource_exhausted" }));
  });

  it("keeps its field for unnamed numbers of a closed enum from counting as given", () => {
    const bytes = Required.toBytes(whole());
    const at = bytes.indexOf(0x18);
    bytes[at + 1] = 9;
    expect(() => Required.fromBytes(bytes)).toThrow(refused(/field 3 \(level\)/));
  });
});

describe("default values", () => {
  it("are a constant beside the message, which says what was sent", () => {
    expect(Defaults.create()).toStrictEqual(Defaults.fromBytes(hex("")));
    expect(Defaults.create().int32).toBe(undefined);
    expect(DefaultsDefaults).toStrictEqual({
      double: Number.NEGATIVE_INFINITY,
      float: Math.fround(0.1),
      int32: -0x8000_0000,
      int64: -(2n ** 63n),
      uint32: 0xffff_ffff,
      uint64: 2n ** 64n - 1n,
      small: 15,
      bool: true,
      string: "*/ \" ' ` ${globalThis.pwned = 1}\n\u2028\u2029 \\",
      bytes: Uint8Array.of(0, 255, 97),
      none: new Uint8Array(0),
      level: Level.HIGH,
      nan: Number.NaN,
      zero: -0,
      number: 5,
    });
  });

  it("are written like any other value when they are set", () => {
    const message = Defaults.create({ int32: DefaultsDefaults.int32, string: "" });
    expect(Defaults.fromBytes(Defaults.toBytes(message))).toStrictEqual(message);
  });
});

describe("a number that a closed enum does not name", () => {
  it.each([
    ["is kept from its field", "08 09", {}],
    ["leaves the value that came before", "08 02 08 09", { level: Level.HIGH }],
    ["is kept from a list", "10 01 10 09 10 02", { levels: [Level.LOW, Level.HIGH] }],
    ["is kept from a packed list, one by one", "1a 03 01 09 02", { packed: [Level.LOW, Level.HIGH] }],
    ["is kept from a oneof, and leaves its case", "32 01 61 28 09", { choice: { case: "text", value: "a" } }],
    [
      "is kept with all of its map's entry",
      "22 04 08 05 10 09 22 04 08 06 10 07",
      { byNumber: new Map([[6, Closed_Zero.SOME]]) },
    ],
  ])("%s", (_, bytes, expected) => {
    const { [UNKNOWN]: unknown, ...message } = Closed.fromBytes(hex(bytes));
    expect(message).toStrictEqual(Closed.create(JSON.stringify(expected) === "{}" ? {} : expected));
    expect(unknown?.length).toBeGreaterThan(1);
  });

  it("is written back as it came", () => {
    const bytes = "08 01 10 02 1a 01 01 08 09 10 09 18 09 22 04 08 05 10 09 28 ff ff ff ff ff ff ff ff ff 01 28 09";
    const message = Closed.fromBytes(hex(bytes));
    expect(message[UNKNOWN]).toStrictEqual(hex("08 09 10 09 18 09 22 04 08 05 10 09 28 09"));
    expect(message.choice).toStrictEqual({ case: "chosen", value: Level.BELOW });
    expect(Closed.fromBytes(Closed.toBytes(message))).toStrictEqual(message);
  });

  it("is kept in linear time, a million of them too", () => {
    const packed = new Uint8Array(1_000_000).fill(9);
    const message = Closed.fromBytes(Uint8Array.from([0x1a, 0xc0, 0x84, 0x3d, ...packed]));
    expect(message.packed).toStrictEqual([]);
    expect(message[UNKNOWN]).toHaveLength(2_000_000);
  });
});

describe("a group", () => {
  it("stands between its tags, and a message in it has its length", () => {
    const message = Groups.create({
      one: { a: 1, text: "a", groups: Groups.create({ many: [{ a: 2, list: [3] }] }) },
      many: [{ a: undefined, list: [] }],
      needy: Groups_Needy.create(),
    });
    const bytes = hex("0b 08 01 12 01 61 1a 07 13 08 02 12 01 03 14 0c 13 14 33 08 00 34");
    expect(Groups.toBytes(message)).toStrictEqual(bytes);
    expect(Groups.fromBytes(bytes)).toStrictEqual(message);
  });

  it("that comes twice is merged", () => {
    expect(Groups.fromBytes(hex("0b 08 01 0c 0b 12 01 61 0c")).one).toStrictEqual({
      a: 1,
      text: "a",
      groups: undefined,
    });
  });

  it("keeps what its message does not know, groups too", () => {
    const bytes = hex("0b a3 06 0b 0c a4 06 a0 06 01 0c");
    expect(Groups.toBytes(Groups.fromBytes(bytes))).toStrictEqual(bytes);
  });

  it("with the tag of a message is unknown, and a message with the tag of a group", () => {
    const bytes = hex("0a 00 2b 2c");
    expect(Groups.fromBytes(bytes)).toStrictEqual({ ...Groups.create(), [UNKNOWN]: bytes });
  });

  it.each([
    ["that does not end", "0b 08 01", /a group does not end within its message/],
    ["that does not end, and is empty", "0b", /a group does not end within its message/],
    ["that does not end within the message that it is in", "2a 01 0b 0c", /a group does not end within its message/],
    ["that another one's end tag closes", "0b 14", /the end of a group that was never opened/],
    ["that is closed twice", "0b 0c 0c", /the end of a group that was never opened/],
    ["that a message inside of it closes", "0b 1a 01 0c 0c", /the end of a group that was never opened/],
    ["that a group inside of it closes", "0b 1a 04 0b 0c 0c 00", /the end of a group that was never opened/],
    ["whose end is that of an unknown group in it", "0b a3 06 0c a4 06 0c", /the end of a group that was never opened/],
    ["with a text past the end", "0b 12 05 61 0c", /5 bytes reach past the end/],
    ["whose end tag is cut short", "0b 8c", /group|tag/],
  ])("is refused %s", (_, bytes, problem) => {
    expect(() => Groups.fromBytes(hex(bytes))).toThrow(refused(problem));
  });

  it("of a message that was refused leaves no trace in the reader", () => {
    const reader = new Reader(hex("0b 08 01"));
    expect(() => Groups.decode(reader)).toThrow();
    const next = hex("2a 01 0c");
    Object.assign(reader, { bytes: next, pos: 0, end: next.length });
    expect(() => Groups.decode(reader)).toThrow(refused(/the end of a group that was never opened/));
  });

  it("nests 100 deep, with messages, and no deeper", () => {
    const nested = (depth: number) => Uint8Array.from([...Array(depth - 1).fill(0x23), ...Array(depth - 1).fill(0x24)]);
    const valid = Node.toBytes(Node.create({ must: Leaf.create() }));
    expect(() => Node.fromBytes(nested(100))).toThrow(refused(/is required/));
    expect(() => Node.fromBytes(nested(101))).toThrow(refused(/nest deeper than 100/));
    expect(Node.fromBytes(valid).required).toBe(0);
    const reader = new Reader(new Uint8Array(1_000_000).fill(0x23));
    expect(() => Node.decode(reader)).toThrow(refused(/nest deeper/));
    expect(reader.pos).toBeLessThan(110);
  });

  it("is never what a map's entry or its value is", () => {
    const node = Node.create({ must: Leaf.create(), byName: new Map([["a", Node.create({ must: Leaf.create() })]]) });
    const bytes = Node.toBytes(node);
    expect(bytes).toContain(0x3a);
    expect(Node.fromBytes(bytes)).toStrictEqual(node);
  });
});

describe("lists and texts of proto2", () => {
  it("are written one by one unless packed is asked for, and read in both ways", () => {
    const message = Lists.create({ expanded: [1, 2], packed: [3n, 4n] });
    expect(Lists.toBytes(message)).toStrictEqual(hex("08 01 08 02 12 02 06 08"));
    expect(Lists.fromBytes(hex("0a 02 01 02 10 06 10 08"))).toStrictEqual(message);
  });

  it("need not be UTF-8: what is none is read as U+FFFD, and is refused where the schema says VERIFY", () => {
    expect(Lists.fromBytes(hex("22 03 61 ff 62")).strings).toStrictEqual(["a\ufffdb"]);
    expect(Lists.fromBytes(hex("2a 06 0a 01 ff 12 01 fe")).texts).toStrictEqual(new Map([["\ufffd", "\ufffd"]]));
    expect(Lists.fromBytes(Uint8Array.from([0x22, 0x46, ...Array(70).fill(0xff)])).strings[0]).toHaveLength(70);
    const end = hex("18 00 83 01 08 00 84 01");
    expect(Node.fromBytes(Uint8Array.from([...hex("52 01 ff"), ...end])).loose).toBe("\ufffd");
    expect(() => Node.fromBytes(Uint8Array.from([...hex("5a 01 ff"), ...end]))).toThrow(refused(/not valid UTF-8/));
  });
});
