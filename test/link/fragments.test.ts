import fc from "fast-check";
import { expect, test } from "vitest";
import { Network } from "millrace/testing";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import type { Receiver } from "../../src/link/transport.js";
import { idOf } from "../faults/raw.js";
import { handlers } from "../support/echo.js";
import * as wire from "../support/wire.js";

const KIB = 1024;
const FRAME_BYTES = 64 * KIB;
const LIMITS = { maxFrameBytes: 16 * KIB, streamWindowBytes: 16 * KIB };

type Reading = "window" | "chunks";

/** Cuts a list after each so many bytes, over and over. */
type Cuts = readonly number[];

/** A link whose peer is the test, and the requests that its handlers got, by their number. */
class Fed {
  readonly net = new Network();
  readonly requests = new Map<number, Uint8Array>();
  readonly messages: number[] = [];
  private readonly receiver: Receiver;
  private readonly link: { readonly stats: { readonly bytesIn: number; readonly bytesCopied: number } };

  constructor(
    private readonly reading: Reading,
    maxFrameBytes = LIMITS.maxFrameBytes,
  ) {
    const server = this.net.listen({ limits: { ...LIMITS, maxFrameBytes } });
    server.serve(Echo, { ...handlers, unary: ({ id, data }) => (this.requests.set(id, data.slice()), {}) });
    server.on(Payload, ({ id }) => void this.messages.push(id));
    this.receiver = server.accept({ address: "none", write() {}, pause() {}, resume() {}, end() {}, destroy() {} });
    this.say(wire.hello(), [1000]);
    [this.link] = server.links;
  }

  /** What was copied of the bytes that came in. */
  get copiedShare(): number {
    return this.link.stats.bytesCopied / this.link.stats.bytesIn;
  }

  /** Lets the link read bytes, in pieces no longer than the cuts say and the link has room for. */
  say(bytes: Uint8Array, cuts: Cuts): void {
    for (let at = 0, nth = 0; at < bytes.length; nth++) {
      const piece = bytes.slice(at, at + cuts[nth % cuts.length]);
      at += this.reading === "chunks" ? this.give(piece) : this.fill(piece);
    }
  }

  private give(piece: Uint8Array): number {
    this.receiver.receive(piece);
    return piece.length;
  }

  private fill(piece: Uint8Array): number {
    const window = this.receiver.window();
    const part = piece.subarray(0, window.length);
    window.set(part);
    this.receiver.filled(part.length);
    return part.length;
  }

  /** Closes the link; returns how many slabs are on lease then. */
  async close(): Promise<number> {
    this.receiver.closed();
    await this.net.advance(100);
    return this.net.runtime.slabs.leased;
  }
}

/** The frames of a call whose request is cut after each so many bytes. */
function callOf(slot: number, data: Uint8Array, cuts: Cuts): Uint8Array[] {
  const request = Payload.toBytes({ id: slot, data });
  const size = new Uint8Array(8);
  new DataView(size.buffer).setUint32(0, 3 | (4 << 16), true);
  new DataView(size.buffer).setUint32(4, request.length, true);
  const frames: Uint8Array[] = [];
  for (let at = 0, nth = 0; at < request.length; nth++) {
    const payload = request.subarray(at, at + cuts[nth % cuts.length]);
    at += payload.length;
    const flags = at < request.length ? wire.MORE : wire.END;
    const first = { kind: wire.OPEN, aux: idOf("unary"), ext: size };
    frames.push(wire.frame({ ...(nth === 0 ? first : { kind: wire.DATA }), flags, stream: slot, payload }));
  }
  return frames;
}

/** The lists' elements in turns, and what `beside` gives after each of the first list. */
function inTurns(lists: readonly (readonly Uint8Array[])[], beside: (nth: number) => Uint8Array[]): Uint8Array {
  const turns = Math.max(...lists.map(({ length }) => length));
  const all = Array.from({ length: turns }, (_, nth) => [
    ...lists.flatMap((list) => list.slice(nth, nth + 1)),
    ...beside(nth),
  ]);
  return wire.join(...all.flat());
}

const numbered = (bytes: number): Uint8Array => new Uint8Array(bytes).map((_, i) => i ^ (i >> 8));
const message = (id: number): Uint8Array =>
  wire.frame({ kind: wire.MESSAGE, aux: Payload.id, payload: Payload.toBytes({ id, data: new Uint8Array(100) }) });

test("of a long message that comes alone, only what is read before its second fragment is known of is copied", async () => {
  const fed = new Fed("window", FRAME_BYTES);
  const data = numbered(8_000 * KIB);
  fed.say(wire.join(...callOf(1, data, [FRAME_BYTES - 24])), [1024 * KIB]);
  expect(Buffer.compare(fed.requests.get(1)!, data)).toBe(0);
  expect(fed.copiedShare).toBeLessThan(0.02);
  expect(await fed.close()).toBe(0);
});

test("of long messages whose fragments come in turns, with small messages between them, less than a tenth is copied", async () => {
  const fed = new Fed("window", FRAME_BYTES);
  const data = numbered(4_000 * KIB);
  const calls = [1, 2].map((slot) => callOf(slot, data, [FRAME_BYTES - 24]));
  fed.say(
    inTurns(calls, (nth) => [message(nth)]),
    [1024 * KIB],
  );
  for (const slot of [1, 2]) expect(Buffer.compare(fed.requests.get(slot)!, data)).toBe(0);
  expect(fed.messages).toEqual(Array.from({ length: calls[0].length }, (_, nth) => nth));
  expect(fed.copiedShare).toBeLessThan(0.1);
  expect(await fed.close()).toBe(0);
});

const lengths = (most: number) => fc.array(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: 5 });

test.each(["window", "chunks"] as const)(
  "fragments of any length, read in any pieces, beside anything else, make their messages (%s)",
  async (reading) => {
    const run = async (
      cuts: Cuts,
      sizes: Cuts,
      pieces: Cuts,
      besides: readonly number[],
      lost: number,
    ): Promise<void> => {
      const fed = new Fed(reading);
      const data = numbered(70_000);
      const calls = [1, 2].map((slot) => callOf(slot, data.subarray(slot), slot === 1 ? cuts : sizes));
      const ping = wire.frame({ kind: wire.PING, flags: wire.IGNORABLE, aux: 1 });
      const all = inTurns(
        calls,
        (nth) => [[], [ping], [message(nth)], [ping, message(nth)]][besides[nth % besides.length]],
      );
      fed.say(all, pieces);
      for (const slot of [1, 2]) expect(Buffer.compare(fed.requests.get(slot)!, data.subarray(slot))).toBe(0);
      // Another call is cut off by the end of the link.
      fed.say(wire.join(...callOf(3, data, cuts)).subarray(0, lost), pieces);
      expect(await fed.close()).toBe(0);
    };
    const cuts = lengths(16_000).filter((list) => Math.max(...list) > 1_000);
    const kinds = fc.array(fc.nat(3), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        cuts,
        cuts,
        lengths(30_000).filter((list) => Math.max(...list) > 1_000),
        kinds,
        fc.nat(70_000),
        run,
      ),
      { numRuns: 60 },
    );
  },
);

test("a call that is cancelled while its answer comes leaves no memory behind, and nothing in what others get", async () => {
  const data = numbered(400_000);
  for (let seed = 1; seed <= 20; seed++) {
    const net = new Network({ seed });
    const server = net.listen({ limits: LIMITS });
    server.serve(Echo, { ...handlers, unary: () => ({ data }) });
    const link = await net.connect(server, { faults: { delayMs: [1, 5], readBytes: [1_000, 50_000] }, limits: LIMITS });
    const echo = link.client(Echo);
    const cancel = new AbortController();
    const first = expect(echo.unary({}, { signal: cancel.signal })).rejects.toThrow("cancel");
    const second = echo.unary({});
    while (link.stats.bytesIn < 200_000 + seed * 3_001) await net.step();
    cancel.abort(new Error("cancel"));
    expect(Buffer.compare((await net.until(second)).data, data)).toBe(0);
    await first;
    await net.until(link.close());
    await net.advance(100);
    expect(net.runtime.slabs.leased).toBe(0);
  }
});
