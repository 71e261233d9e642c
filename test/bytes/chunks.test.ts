import { expect, test } from "vitest";
import { Chunks } from "../../src/bytes/chunks.js";
import { Parser } from "../../src/frame/parser.js";
import { DATA, frame } from "../support/wire.js";

const LENGTHS = [0, 5, 3000, 8, 100_000, 1];

const wire = LENGTHS.map((length, i) => frame({ kind: DATA, stream: i + 1, payload: new Uint8Array(length).fill(i) }));

/** Feeds a link's bytes in chunks, as a transport does, and collects the payloads of the frames that are found. */
function payloadsOf(chunks: readonly Uint8Array[]): { payloads: Uint8Array[]; received: Chunks } {
  const received = new Chunks();
  const parser = new Parser(2 ** 20);
  const payloads: Uint8Array[] = [];
  for (const chunk of chunks) {
    for (let offset = 0; offset < chunk.length; ) {
      offset += received.take(chunk, offset);
      for (let found = parser.next(received); found; found = parser.next(received)) {
        payloads.push(found.reader.bytes.slice(found.reader.pos, found.reader.end));
      }
      received.keep(parser.wanted);
    }
  }
  return { payloads, received };
}

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
}

for (const size of [1, 7, 16, 17, 4096, 100_016, 2 ** 20]) {
  test(`frames are found whole in chunks of ${size} bytes`, () => {
    const { payloads, received } = payloadsOf(cut(Buffer.concat(wire), size));
    expect(payloads.map(({ length }) => length)).toEqual(LENGTHS);
    expect(payloads.every((payload, i) => payload.every((byte) => byte === i))).toBe(true);
    expect(received.end - received.pos).toBe(0);
  });
}

test("frames that a chunk holds whole are read where they are", () => {
  const { payloads, received } = payloadsOf(wire);
  expect(payloads.length).toBe(LENGTHS.length);
  expect(received.copiedBytes).toBe(0);
});

test("a chunk that was transferred from under what is unread is noticed", () => {
  const received = new Chunks();
  const chunk = new Uint8Array(100);
  received.take(chunk, 0);
  expect(received.isGone).toBe(false);
  structuredClone(chunk, { transfer: [chunk.buffer] });
  expect(received.isGone).toBe(true);
});
