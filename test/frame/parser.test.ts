import fc from "fast-check";
import { expect, test } from "vitest";
import { Ring } from "../../src/bytes/ring.js";
import { CappedPool } from "../../src/bytes/capped-pool.js";
import { Slab } from "../../src/bytes/slab.js";
import { MillraceError } from "../../src/error.js";
import { Parser } from "../../src/frame/parser.js";
import { frame, join, type WireFrame } from "../support/wire.js";

const LIMIT = 64 * 1024;

const golden: readonly WireFrame[] = [
  { kind: 2, flags: 1, stream: 1, aux: 0xdeadbeef, payload: new Uint8Array([1, 2, 3]) },
  { kind: 3, flags: 1, stream: 0x80000001, ext: new Uint8Array(8).fill(7), payload: new Uint8Array(13).fill(9) },
  { kind: 6, flags: 8, aux: 5 },
];

/** One received frame as plain values. */
type Seen = { kind: number; flags: number; ext: number; stream: number; aux: number; payload: number[] };

function seen(given: WireFrame): Seen {
  return {
    kind: given.kind,
    flags: given.flags ?? 0,
    ext: (given.ext?.length ?? 0) / 8,
    stream: (given.stream ?? 0) | 0,
    aux: (given.aux ?? 0) | 0,
    payload: [...(given.payload ?? [])],
  };
}

class Feed {
  readonly pool = new CappedPool();
  readonly seen: Seen[] = [];
  /** Offsets mod 8 at which payloads started in memory. */
  readonly alignments = new Set<number>();
  readonly ring: Ring;
  readonly parser: Parser;

  constructor(limit = LIMIT, sharedBytes = 256 * 1024) {
    this.ring = new Ring(new Slab(sharedBytes), this.pool);
    this.parser = new Parser(limit);
  }

  /** As a transport that reads into the link's own memory. */
  read(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const window = this.ring.window();
      const part = bytes.subarray(at, at + window.length);
      window.set(part);
      this.ring.filled(part.length);
      this.drain();
      at += part.length;
    }
  }

  /** As a transport that has chunks of its own. */
  chunk(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      at += this.ring.take(bytes, at);
      this.drain();
    }
  }

  drain(): void {
    for (let found = this.parser.next(this.ring); found; found = this.parser.next(this.ring)) {
      const { bytes, pos, end } = found.reader;
      this.alignments.add((bytes.byteOffset + pos) % 8);
      const { kind, flags, ext, stream, aux } = found;
      this.seen.push({ kind, flags, ext, stream, aux, payload: [...bytes.subarray(pos, end)] });
    }
    this.ring.keep(this.parser.wanted);
  }
}

const stream = join(...golden.map(frame));
const expected = golden.map(seen);

for (const way of ["read", "chunk"] as const) {
  test(`a stream cut at any two places gives the same frames (${way})`, () => {
    for (let first = 0; first <= stream.length; first++) {
      for (let second = first; second <= stream.length; second++) {
        const feed = new Feed();
        for (const part of [stream.slice(0, first), stream.slice(first, second), stream.slice(second)]) feed[way](part);
        expect(feed.seen).toEqual(expected);
        expect(feed.pool.leased).toBe(0);
      }
    }
  });

  test(`a stream that comes byte by byte gives the same frames (${way})`, () => {
    const feed = new Feed();
    for (const byte of stream) feed[way](new Uint8Array([byte]));
    expect(feed.seen).toEqual(expected);
    expect(feed.pool.leased).toBe(0);
  });

  test(`random frames in random pieces arrive as they were sent, and leave no slab behind (${way})`, () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.nat(40_000).map((size) => new Uint8Array(size).fill(size)),
    );
    const frames = fc.array(fc.record({ kind: fc.integer({ min: 1, max: 9 }), stream: fc.nat(), payload }), {
      maxLength: 30,
    });
    const cuts = fc.infiniteStream(fc.integer({ min: 1, max: 30_000 }));
    fc.assert(
      fc.property(frames, cuts, (given, sizes) => {
        const feed = new Feed();
        const bytes = join(...given.map(frame));
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value;
          feed[way](bytes.slice(at, at + size));
          at += size;
        }
        expect(feed.seen).toEqual(given.map(seen));
        feed.ring.rest();
        feed[way](frame({ kind: 6 }));
        expect(feed.pool.leased).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
}

test("payloads that are read into the link's own memory keep their alignment of 8, however they are cut", () => {
  const many = join(...Array.from({ length: 300 }, (_, i) => frame({ kind: 9, payload: new Uint8Array(i * 7) })));
  for (const size of [1, 7, 100, 1000, 5000]) {
    const feed = new Feed();
    for (let at = 0; at < many.length; at += size) feed.read(many.subarray(at, at + size));
    expect(feed.seen).toHaveLength(300);
    expect([...feed.alignments]).toEqual([0]);
  }
});

test("a lease is not given back between two reads, because the transport already holds its window", () => {
  const feed = new Feed();
  const long = frame({ kind: 9, payload: new Uint8Array(9000).fill(3) });
  feed.read(join(long, long));
  const window = feed.ring.window();
  feed.ring.rest();
  window.set(long);
  feed.ring.filled(long.length);
  feed.drain();
  expect(feed.seen.map(({ payload }) => payload.every((byte) => byte === 3))).toEqual([true, true, true]);
});

test("a lease that is abandoned under its transport is never lent again", () => {
  const feed = new Feed();
  feed.read(frame({ kind: 9, payload: new Uint8Array(9000) }).subarray(0, 5000));
  expect(feed.pool.leased).toBe(1);
  feed.ring.abandon();
  expect([feed.pool.leased, feed.pool.idleBytes]).toEqual([0, 0]);
});

test("frames that lie whole in what was read are not copied", () => {
  const feed = new Feed();
  feed.read(stream);
  feed.chunk(stream);
  expect(feed.ring.copiedBytes).toBe(0);
});

test("a read that always fills its window is given larger slabs", () => {
  const feed = new Feed(LIMIT, 1024);
  feed.read(join(...Array.from({ length: 4000 }, () => frame({ kind: 9, payload: new Uint8Array(90) }))));
  expect(feed.seen).toHaveLength(4000);
  expect(feed.ring.copiedBytes).toBeLessThan(4000 * 112 * 0.02);
});

function refusal(bytes: Uint8Array): MillraceError {
  const feed = new Feed(1024);
  try {
    feed.chunk(bytes);
  } catch (error) {
    expect(feed.pool.leased).toBe(0);
    return MillraceError.from(error);
  }
  throw new Error("the frame was accepted");
}

function header(length: number, rest: readonly number[] = [3, 0, 0, 0]): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes.set(rest, 4);
  return bytes;
}

test("a frame over the limit is refused from its header alone, and nothing is leased for it", () => {
  for (const length of [1025, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1])
    expect(refusal(header(length)).code).toBe("resource_exhausted");
});

test("a length below that of header and extension is refused", () => {
  for (const length of [0, 1, 15]) expect(refusal(header(length)).code).toBe("invalid_argument");
  expect(refusal(header(23, [3, 0, 1, 0])).code).toBe("invalid_argument");
});

test("flags that are not in use and a reserved byte that is not 0 are refused", () => {
  expect(refusal(header(16, [3, 0x80, 0, 0])).message).toContain("flags");
  expect(refusal(header(16, [3, 0, 0, 1])).message).toContain("reserved");
});
