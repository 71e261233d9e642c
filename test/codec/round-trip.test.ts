import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Reader, Writer } from "../../src/codec/index.js";
import { MillraceError } from "../../src/error.js";
import { expectSame } from "../support/same.js";
import { codecs, messageOf, toOracle, typeOf } from "./oracle.js";

const RUNS = { numRuns: 40 };

describe.each([...codecs])("%s", (_, codec) => {
  const type = typeOf(codec);
  const messages = messageOf(type);

  it("comes back from its bytes as it went", () => {
    fc.assert(
      fc.property(messages, (message) => {
        expectSame(codec.fromBytes(codec.toBytes(message)), message);
      }),
      RUNS,
    );
  });

  it("is read by protobufjs, and what protobufjs writes of it is read here", () => {
    fc.assert(
      fc.property(messages, (message) => {
        const theirs = type.encode(type.decode(codec.toBytes(message))).finish();
        expectSame(codec.fromBytes(theirs), message);
      }),
      RUNS,
    );
  });

  it("is read here when protobufjs encodes it, and takes no more bytes when encoded here", () => {
    fc.assert(
      fc.property(messages, (message) => {
        const theirs = type.encode(toOracle(type, message)).finish();
        expectSame(codec.fromBytes(theirs), message);
        expect(codec.toBytes(message).length).toBeLessThanOrEqual(theirs.length);
      }),
      RUNS,
    );
  });

  it("needs the same room whatever page it is encoded into, and then fills it", () => {
    fc.assert(
      fc.property(messages, fc.nat(), (message, seed) => {
        const bytes = codec.toBytes(message);
        const sizes = bytes.length < 60 ? [...bytes.keys()] : [0, 1, 2, 3, bytes.length - 1, seed % bytes.length];
        for (const size of sizes) {
          const writer = new Writer(new Uint8Array(size));
          codec.encode(message, writer);
          expectSame([writer.pos, writer.fits], [bytes.length, bytes.length <= size]);
        }
        const exact = new Writer(new Uint8Array(bytes.length + 9).fill(0xaa), 5);
        codec.encode(message, exact);
        expectSame(exact.bytes.subarray(5, -4), bytes);
        expectSame([...exact.bytes.subarray(0, 5), ...exact.bytes.subarray(-4)], Array(9).fill(0xaa));
      }),
      RUNS,
    );
  });

  it("gives a message or invalid_argument when cut short, and never reads what lies behind its end", () => {
    fc.assert(
      fc.property(messages, fc.uint8Array({ minLength: 12, maxLength: 12 }), (message, behind) => {
        const bytes = codec.toBytes(message);
        const slab = new Uint8Array(bytes.length + 12);
        slab.set(bytes);
        for (let end = 0; end < Math.min(bytes.length, 80); end++) {
          const alone = outcome(() => codec.fromBytes(bytes.slice(0, end)));
          slab.set(behind, end);
          expectSame(
            outcome(() => codec.decode(new Reader(slab, 0, end))),
            alone,
          );
          slab.set(bytes);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("survives any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        outcome(() => codec.fromBytes(bytes));
      }),
      { numRuns: 200 },
    );
  });
});

/** What was decoded, or the code of the refusal; any other error fails the test. */
function outcome(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    expect(error).toBeInstanceOf(MillraceError);
    expect(error).toMatchObject({ code: "invalid_argument" });
    return "refused";
  }
}
