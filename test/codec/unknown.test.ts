import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Empty, Optionals, Outer, Scalars } from "../../schemas/gen/everything.js";
import { Reader, UNKNOWN, type WithUnknown } from "../../src/codec/index.js";
import { expectSame } from "../support/same.js";
import { codecs, messageOf, typeOf } from "./oracle.js";

/** `"08 ff 01"` */
function hex(text: string): Uint8Array {
  return Uint8Array.from(text.split(" ").filter(Boolean), (byte) => Number.parseInt(byte, 16));
}

describe("fields that a schema does not know", () => {
  it.each([...codecs])("are written back as they came, whatever they hold: %s", (_, codec) => {
    fc.assert(
      fc.property(messageOf(typeOf(codec)), (message) => {
        const bytes = codec.toBytes(message);
        expectSame(Empty.toBytes(Empty.fromBytes(bytes)), bytes);
      }),
      { numRuns: 20 },
    );
  });

  const unknown = "a0 06 01 a1 06 00 00 00 00 00 00 f0 3f a2 06 01 00 a3 06 08 01 ab 06 ac 06 a4 06 a5 06 00 00 80 3f";

  it("are kept in their order, groups with all they hold, and written behind the others", () => {
    const message = Scalars.fromBytes(hex(`${unknown} 18 07 a0 06 02`));
    expect(message).toStrictEqual({ ...Scalars.create({ int32: 7 }), [UNKNOWN]: hex(`${unknown} a0 06 02`) });
    expect(Scalars.toBytes(message)).toStrictEqual(hex(`18 07 ${unknown} a0 06 02`));
  });

  it.each([
    ["a message", "Optionals", "8a 01 05 18 07 a0 06 01 a0 06 02"],
    ["a message in a message", "Outer", "1a 08 0a 03 a0 06 01 a0 06 02"],
    ["the items of a list", "Lists", "8a 01 03 a0 06 01 8a 01 00 8a 01 03 a0 06 02"],
    ["a oneof", "Choice", "32 05 18 07 a0 06 01"],
    ["a message that has no fields, in a oneof", "Choice", "42 02 08 01"],
    ["the values of a map", "Maps", "32 07 08 02 12 03 a0 06 01"],
  ])("are kept in %s", (_, name, bytes) => {
    const codec = codecs.get(name)!;
    expect(codec.toBytes(codec.fromBytes(hex(bytes)))).toStrictEqual(hex(bytes));
  });

  it("are kept of every piece of a message that comes in pieces", () => {
    const { scalars } = Optionals.fromBytes(hex("8a 01 03 a0 06 01 8a 01 02 18 07 8a 01 03 a0 06 02"));
    expect(scalars?.[UNKNOWN]).toStrictEqual(hex("a0 06 01 a0 06 02"));
  });

  it("have the tag that is shortest, and else the bytes that came", () => {
    expect(Scalars.fromBytes(hex("a0 86 80 00 81 80 00"))[UNKNOWN]).toStrictEqual(hex("a0 06 81 80 00"));
  });

  it("are the message's own, also where bytes are lent", () => {
    const reader = new Reader(Buffer.from(hex(unknown)));
    reader.mayBorrow = true;
    const message = Scalars.decode(reader);
    reader.bytes.fill(0xee);
    expect(message[UNKNOWN]).toStrictEqual(hex(unknown));
    expect(reader.hasBorrowed).toBe(false);
    expect(reader.copiedBytes).toBeGreaterThan(0);
  });

  it("show in no keys and no JSON, and a message without any has no trace of them", () => {
    const message = Outer.fromBytes(hex("a0 06 01"));
    expect(Object.keys(message)).toStrictEqual(Object.keys(Outer.create()));
    expect(JSON.stringify(message)).toBe(JSON.stringify(Outer.create()));
    expect(Reflect.ownKeys(Outer.fromBytes(hex("0a 00")))).toStrictEqual(Object.keys(Outer.create()));
  });

  it("go along when a message is copied, and are gone when they are deleted", () => {
    const message = Scalars.fromBytes(hex("a0 06 01"));
    expect(Scalars.toBytes({ ...message, int32: 7 })).toStrictEqual(hex("18 07 a0 06 01"));
    expect(Scalars.toBytes(Scalars.create(message))).toStrictEqual(hex("a0 06 01"));
    delete message[UNKNOWN];
    expect(Scalars.toBytes(message)).toHaveLength(0);
  });

  it("take their exact size when there is one, at most twice that when there are more, and linear time", () => {
    const one = Scalars.fromBytes(hex("a2 06 03 61 62 63"))[UNKNOWN]!;
    expect(one.buffer.byteLength).toBe(one.length);
    const bytes = new Uint8Array(2_000_000).fill(1).map((byte, i) => (i % 2 === 0 ? 0x08 : byte));
    const many = Empty.fromBytes(bytes)[UNKNOWN]!;
    expect(Buffer.compare(many, bytes)).toBe(0);
    expect(many.buffer.byteLength).toBeLessThanOrEqual(2 * many.length);
  });

  it("must be bytes when a user sets them", () => {
    const message: WithUnknown = { [UNKNOWN]: JSON.parse('"08 01"') };
    expect(() => Empty.toBytes(message)).toThrow(
      expect.objectContaining({
        code: "invalid_argument",
        text: expect.stringMatching(/everything.Empty: .*Uint8Array/),
      }),
    );
  });
});
