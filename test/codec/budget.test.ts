import { afterEach, describe, expect, it } from "vitest";
import { Closed, Groups } from "../../schemas/gen/legacy.js";
import { Lists, Map as Tree, Maps, Outer, Scalars, WellKnown } from "../../schemas/gen/everything.js";
import { Reader, type WithUnknown } from "../../src/codec/index.js";
import { ON_SOURCES, Script } from "../faults/process.js";
import { collected } from "../support/gauges.js";

const MB = 1_000_000;
const BASE = 4 * 1024 * 1024;

interface Decoder {
  fromBytes(bytes: Uint8Array): WithUnknown;
}

/** `piece` as often as it fits into `size` bytes, each with another number in the place of `NUMBER`. */
function flood(piece: readonly number[], size: number): Uint8Array {
  const bytes = new Uint8Array(size - (size % piece.length));
  for (let at = 0, number = 0; at < bytes.length; at += piece.length, number++) {
    bytes.set(piece, at);
    const place = piece.indexOf(NUMBER);
    for (let i = 0; place >= 0 && i < 3; i++) bytes[at + place + i] = 0x30 + ((number >> (6 * i)) & 0x3f);
  }
  return bytes;
}

/** Stands for the first of three characters. */
const NUMBER = 0xff;
const name = [NUMBER, 0, 0];

/** The longest flood that is decoded, of 2 MB, 1 MB, 500 kB and so on, and what becomes of it. */
function longest(
  codec: Decoder,
  piece: readonly number[],
): { bytes: number; message: WithUnknown; refusals: unknown[] } {
  const refusals: unknown[] = [];
  for (let bytes = 2 * MB; ; bytes /= 2) {
    try {
      return { bytes, message: codec.fromBytes(flood(piece, bytes)), refusals };
    } catch (error) {
      refusals.push(error);
    }
  }
}

const exhausted = expect.objectContaining({
  code: "resource_exhausted",
  text: expect.stringMatching(/^(everything|legacy)\.\w+: field \d+: holds more elements than its bytes pay for/),
});

describe("what a message takes is in proportion to its bytes", () => {
  let kept: WithUnknown | undefined;
  afterEach(() => (kept = undefined));

  it.each<[string, Decoder, readonly number[], boolean]>([
    ["empty messages", Lists, [0x8a, 0x01, 0x00], true],
    ["the smallest empty messages", Outer, [0x12, 0x00], false],
    ["messages with lists and maps in a map", Tree, [0x0a, 0x07, 0x0a, 0x03, ...name, 0x12, 0x00], true],
    ["messages in a map", Maps, [0x32, 0x00], true],
    ["entries of a map", Maps, [0x0a, 0x05, 0x0a, 0x03, ...name], false],
    ["bytes of one", Lists, [0x7a, 0x01, 0x00], true],
    ["messages with an unknown field each", Outer, [0x12, 0x02, 0x10, 0x00], true],
    ["texts of two", Lists, [0x72, 0x02, 0x61, 0x62], false],
    ["integers of 64 bits", Lists, [0x22, 0x02, 0x80, 0x01], false],
    ["lists in lists, of one item each", WellKnown, [0x42, 10, 0x32, 8, 0x0a, 6, 0x32, 4, 0x0a, 2, 0x20, 1], true],
    ["unknown fields", Scalars, [0xa0, 0x06, 0x00], false],
    ["empty groups", Groups, [0x13, 0x14], true],
    ["groups with an unknown field each", Groups, [0x13, 0x18, 0x00, 0x14], true],
    ["unnamed numbers of a closed enum", Closed, [0x08, 0x09], false],
    ["entries of a map with unnamed numbers", Closed, [0x22, 0x04, 0x08, 0x01, 0x10, 0x09], false],
  ])("%s", async (_, codec, piece, isRefused) => {
    codec.fromBytes(flood(piece, 1000));
    const before = await collected();
    const { bytes, message, refusals } = longest(codec, piece);
    kept = message;
    const after = await collected();
    expect(kept).toBe(message);
    const taken = after.heapUsed + after.external - before.heapUsed - before.external;
    expect(taken).toBeLessThan(BASE + 40 * bytes);
    expect(refusals).toStrictEqual(refusals.map(() => exhausted));
    expect(refusals.length > 0).toBe(isRefused);
  });
});

it("2 MB of empty messages in a list are refused before the process has grown by 64 MB", async () => {
  const child = new Script(
    `
    import { Lists } from "./schemas/gen/everything.ts";
    const bytes = new Uint8Array(1_999_998).map((_, i) => [0x8a, 0x01, 0x00][i % 3]);
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    try {
      Lists.fromBytes(bytes);
    } catch ({ code }) {
      console.log(code, process.memoryUsage().heapUsed - before);
    }`,
    ON_SOURCES,
  );
  const [code, bytes] = (await child.line()).split(" ");
  expect(code).toBe("resource_exhausted");
  expect(Number(bytes)).toBeLessThan(64 * MB);
  expect(await child.exited).toBe(0);
});

it("what a message may take starts anew with each message that a reader reads", () => {
  const reader = new Reader(flood([0x8a, 0x01, 0x00], 60_000));
  for (let i = 0; i < 10; i++) {
    reader.pos = 0;
    expect(Lists.decode(reader).scalars).toHaveLength(20_000);
  }
});
