import { describe, expect, it } from "vitest";
import { Choice, Lists, Maps, Optionals, Scalars } from "../../schemas/gen/everything.js";
import { Point, Required } from "../../schemas/gen/legacy.js";
import { Reader, UNKNOWN } from "../../src/codec/index.js";
import { codecs, messageOf, typeOf } from "./oracle.js";
import * as fc from "fast-check";

describe("decoding into a message that there is", () => {
  it.each([...codecs])("gives what decoding into a new one gives, whatever it held: %s", (_, codec) => {
    const messages = messageOf(typeOf(codec));
    fc.assert(
      fc.property(messages, messages, (before, after) => {
        const target = codec.fromBytes(codec.toBytes(before));
        const bytes = codec.toBytes(after);
        expect(codec.decodeInto(target, new Reader(bytes))).toBe(target);
        expect(target).toStrictEqual(codec.fromBytes(bytes));
      }),
      { numRuns: 10 },
    );
  });

  it("uses its lists and maps again, and makes its messages anew", () => {
    const lists = Lists.create({ int32: [1, 2, 3], scalars: [Scalars.create()] });
    const { int32, scalars } = lists;
    Lists.decodeInto(lists, new Reader(Lists.toBytes({ int32: [4] })));
    expect(lists.int32).toBe(int32);
    expect(int32).toStrictEqual([4]);
    expect(scalars).toStrictEqual([]);
    const maps = Maps.create({ string: new Map([["a", "b"]]) });
    const { string } = maps;
    Maps.decodeInto(maps, new Reader(new Uint8Array(0)));
    expect(maps.string).toBe(string);
    expect(string.size).toBe(0);
    const optionals = Optionals.create({ scalars: Scalars.create({ int32: 1 }) });
    Optionals.decodeInto(optionals, new Reader(Optionals.toBytes({ scalars: Scalars.create({ string: "a" }) })));
    expect(optionals.scalars).toStrictEqual(Scalars.create({ string: "a" }));
  });

  it("shares no list between two messages that had none", () => {
    const [one, other] = [JSON.parse("{}"), JSON.parse("{}")];
    Lists.decodeInto(one, new Reader(new Uint8Array(0)));
    Lists.decodeInto(other, new Reader(new Uint8Array(0)));
    expect(one).toStrictEqual(Lists.create());
    expect(one.int32).not.toBe(other.int32);
  });

  it("drops what was unknown, and sets a oneof back", () => {
    const choice = Choice.fromBytes(Uint8Array.of(0x20, 1, 0xa0, 6, 1));
    Choice.decodeInto(choice, new Reader(new Uint8Array(0)));
    expect(choice.kind).toBe(undefined);
    expect(Choice.toBytes(choice)).toHaveLength(0);
    expect(choice[UNKNOWN]).toBe(undefined);
  });

  it("asks for required fields anew", () => {
    const point = Point.create({ x: 1, y: 2 });
    expect(() => Point.decodeInto(point, new Reader(Uint8Array.of(8, 2)))).toThrow(/field 2 \(y\): is required/);
    const bytes = Required.toBytes(Required.create());
    expect(Required.decodeInto(Required.create({ id: 9 }), new Reader(bytes))).toStrictEqual(Required.create());
  });
});

describe("bytes fields", () => {
  it("are copies unless they are borrowed, then views of what was given", () => {
    const bytes = Scalars.toBytes({ bytes: Uint8Array.of(1, 2, 3), string: "a" });
    const owned = Scalars.fromBytes(bytes);
    const borrowed = Scalars.fromBytes(bytes, { bytes: "borrowed" });
    expect(Scalars.fromBytes(bytes, { bytes: "owned" })).toStrictEqual(borrowed);
    expect(borrowed.bytes.buffer).toBe(bytes.buffer);
    bytes.fill(0xee);
    expect(owned.bytes).toStrictEqual(Uint8Array.of(1, 2, 3));
    expect(borrowed.bytes).toStrictEqual(Uint8Array.of(0xee, 0xee, 0xee));
  });
});
