import { describe, expect, it } from "vitest";
import * as edition from "../../schemas/gen/edition.js";
import * as legacy from "../../schemas/gen/legacy.js";
import { clearExtension, getExtension, hasExtension, setExtension, UNKNOWN } from "../../src/codec/index.js";
import { root } from "./oracle.js";

const { Extended, Level, Point } = legacy;

/** `"08 ff 01"` */
function hex(text: string): Uint8Array {
  return Uint8Array.from(text.split(" ").filter(Boolean), (byte) => Number.parseInt(byte, 16));
}

function refused(problem: RegExp): object {
  return expect.objectContaining({ code: "invalid_argument", text: expect.stringMatching(problem) });
}

/** What `message` is after its bytes. */
function sent(message: legacy.Extended): legacy.Extended {
  return Extended.fromBytes(Extended.toBytes(message));
}

function oracle(message: legacy.Extended): Record<string, unknown> {
  const type = root.lookupType("legacy.Extended");
  return type.toObject(type.decode(Extended.toBytes(message)), { longs: String });
}

describe("an extension", () => {
  it("of each kind comes back, and protobufjs finds it", () => {
    const message = Extended.create({ own: 7 });
    setExtension(message, legacy.number_, 1);
    setExtension(message, legacy.numbers, [1, 2]);
    setExtension(message, legacy.packedNumbers, [3, -4]);
    setExtension(message, legacy.point, Point.create({ x: 5 }));
    setExtension(message, legacy.points, [Point.create(), Point.create({ y: 6 })]);
    setExtension(message, legacy.level, Level.HIGH);
    setExtension(message, legacy.levels, [Level.LOW, Level.BELOW]);
    setExtension(message, legacy.grouped, { a: 8 });
    setExtension(message, legacy.safe, 2 ** 50);
    setExtension(message, legacy.raw, hex("01 02"));
    setExtension(message, legacy.Extended_nested, "text");
    const there = sent(message);
    expect(there).toStrictEqual(message);
    expect(there.own).toBe(7);
    expect(getExtension(there, legacy.number_)).toBe(1);
    expect(getExtension(there, legacy.numbers)).toStrictEqual([1, 2]);
    expect(getExtension(there, legacy.packedNumbers)).toStrictEqual([3, -4]);
    expect(getExtension(there, legacy.point)).toStrictEqual({ x: 5, y: 0 });
    expect(getExtension(there, legacy.points)).toStrictEqual([
      { x: 0, y: 0 },
      { x: 0, y: 6 },
    ]);
    expect(getExtension(there, legacy.level)).toBe(Level.HIGH);
    expect(getExtension(there, legacy.levels)).toStrictEqual([Level.LOW, Level.BELOW]);
    expect(getExtension(there, legacy.grouped)).toStrictEqual({ a: 8 });
    expect(getExtension(there, legacy.safe)).toBe(2 ** 50);
    expect(getExtension(there, legacy.raw)).toStrictEqual(hex("01 02"));
    expect(getExtension(there, legacy.Extended_nested)).toBe("text");
    expect(oracle(there)).toMatchObject({
      ".legacy.number": 1,
      ".legacy.packed_numbers": [3, -4],
      ".legacy.points": [
        { x: 0, y: 0 },
        { x: 0, y: 6 },
      ],
      ".legacy.level": 2,
      ".legacy.safe": String(2 ** 50),
      ".legacy.Extended.nested": "text",
    });
  });

  it("says what it is", () => {
    expect(legacy.Extended_nested).toMatchObject({ name: "legacy.Extended.nested", number: 120, extendee: Extended });
  });

  it("that is not set is its default, an empty list or undefined, and leaves no trace", () => {
    const message = Extended.create();
    expect(getExtension(message, legacy.number_)).toBe(undefined);
    expect(getExtension(message, legacy.numberWithDefault)).toBe(42);
    expect(getExtension(message, legacy.constructor_)).toBe('"*/');
    expect(getExtension(message, legacy.points)).toStrictEqual([]);
    expect(hasExtension(message, legacy.numberWithDefault)).toBe(false);
    expect(hasExtension(message, legacy.points)).toBe(false);
    expect(UNKNOWN in message).toBe(false);
  });

  it("is set to its default like to any other value, set anew, and cleared", () => {
    const message = Extended.fromBytes(hex("c0 3e 01 d0 06 05"));
    setExtension(message, legacy.numberWithDefault, 42);
    expect(hasExtension(message, legacy.numberWithDefault)).toBe(true);
    setExtension(message, legacy.numberWithDefault, 43);
    expect(getExtension(message, legacy.numberWithDefault)).toBe(43);
    clearExtension(message, legacy.numberWithDefault);
    expect(hasExtension(message, legacy.numberWithDefault)).toBe(false);
    setExtension(message, legacy.number_, 1);
    setExtension(message, legacy.number_, undefined);
    expect(message[UNKNOWN]).toStrictEqual(hex("c0 3e 01 d0 06 05"));
  });

  it("that clears the last of what is unknown leaves the message as it was made", () => {
    const message = Extended.create();
    setExtension(message, legacy.numbers, [1]);
    setExtension(message, legacy.numbers, []);
    expect(message).toStrictEqual(Extended.create());
    expect(Reflect.ownKeys(message)).toStrictEqual(["own"]);
  });

  it("that comes in pieces is merged, of a single value the last counts, and a list may be packed", () => {
    expect(getExtension(Extended.fromBytes(hex("a0 06 01 a0 06 02")), legacy.number_)).toBe(2);
    expect(getExtension(Extended.fromBytes(hex("b0 06 01 b2 06 02 02 03")), legacy.numbers)).toStrictEqual([1, 2, 3]);
    const pieces = Extended.fromBytes(hex("c2 06 02 08 02 08 01 c2 06 02 10 04"));
    expect(getExtension(pieces, legacy.point)).toStrictEqual({ x: 1, y: 2 });
  });

  it("of a closed enum has only numbers with a name", () => {
    const message = Extended.fromBytes(hex("d0 06 09 da 06 03 01 09 02"));
    expect(hasExtension(message, legacy.level)).toBe(false);
    expect(getExtension(message, legacy.level)).toBe(undefined);
    expect(getExtension(message, legacy.levels)).toStrictEqual([Level.LOW, Level.HIGH]);
    expect(sent(message)).toStrictEqual(message);
  });

  it("whose bytes are malformed is refused when it is asked for, and the message is not", () => {
    const message = Extended.fromBytes(hex("c2 06 02 08 02"));
    expect(() => getExtension(message, legacy.point)).toThrow(refused(/^legacy.point: field 2 \(y\): is required/));
    expect(() => setExtension(message, legacy.number_, 1.5)).toThrow(refused(/^legacy.number: field 100: 1.5 is not/));
    expect(sent(message)).toStrictEqual(message);
  });

  it("works with delimited messages and defaults of editions", () => {
    const node = edition.Node.create({ must: edition.Leaf.create() });
    setExtension(node, edition.extra, edition.Node.create({ must: edition.Leaf.create(), explicit: 3 }));
    setExtension(node, edition.words, [edition.Closed.TWO]);
    const there = edition.Node.fromBytes(edition.Node.toBytes(node));
    expect(getExtension(there, edition.extra)?.explicit).toBe(3);
    expect(getExtension(there, edition.words)).toStrictEqual([edition.Closed.TWO]);
    expect(getExtension(there, edition.note)).toBe("none");
  });

  it("is its own copy", () => {
    const message = Extended.fromBytes(hex("f2 06 02 01 02"));
    getExtension(message, legacy.raw)?.fill(0);
    expect(getExtension(message, legacy.raw)).toStrictEqual(hex("01 02"));
  });
});

describe("a message set", () => {
  const { pointInSet, Set: Items } = legacy;

  it("has its extensions as items", () => {
    const message = Items.create();
    setExtension(message, pointInSet, Point.create({ x: 1, y: 2 }));
    const bytes = hex("0b 10 05 1a 04 08 02 10 04 0c");
    expect(Items.toBytes(message)).toStrictEqual(bytes);
    expect(getExtension(Items.fromBytes(bytes), pointInSet)).toStrictEqual({ x: 1, y: 2 });
    expect(hasExtension(message, pointInSet)).toBe(true);
    setExtension(message, pointInSet, undefined);
    expect(message).toStrictEqual({});
  });

  it("keeps the items of others, and merges those of one, whatever comes first in them", () => {
    const bytes = hex("0b 1a 02 08 02 10 05 0c 0b 10 06 1a 00 0c 0b 10 05 1a 02 10 04 0c 2a 00");
    const message = Items.fromBytes(bytes);
    expect(Items.toBytes(message)).toStrictEqual(bytes);
    expect(getExtension(message, pointInSet)).toStrictEqual({ x: 1, y: 2 });
    clearExtension(message, pointInSet);
    expect(Items.toBytes(message)).toStrictEqual(hex("0b 10 06 1a 00 0c 2a 00"));
  });
});
