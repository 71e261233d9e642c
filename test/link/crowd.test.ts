import { afterEach, expect, test, vi } from "vitest";
import { Echo, type EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import { Sender } from "../../src/link/sender.js";
import { type RawPeer, RawRig } from "../support/rig.js";
import * as wire from "../support/wire.js";

const { frame } = wire;
const STREAMS = 300;
const idOf = (name: string): number => Echo.methods.find((method) => method.name === name)!.id;
const none: EchoHandlers = { unary: (request) => request, produce: () => [], consume: () => ({}), both: () => [] };
const credit = (stream: number, aux: number): Uint8Array => frame({ kind: wire.CREDIT, stream, aux });

afterEach(() => void vi.restoreAllMocks());

/** A HELLO that grants so much to each stream, and to the link. */
function hello(streamBytes: number, linkBytes: number): Uint8Array {
  const bytes = wire.hello();
  const view = new DataView(bytes.buffer);
  view.setUint32(32, streamBytes, true);
  view.setUint32(36, linkBytes, true);
  return bytes;
}

/** A peer that has made `STREAMS` calls of one method, from stream 1 on, and reads on. */
async function crowd(rig: RawRig, first: Uint8Array, method: string): Promise<RawPeer> {
  const peer = rig.join();
  await peer.say(first);
  for (let stream = 1; stream <= STREAMS; stream++) {
    await peer.say(frame({ kind: wire.OPEN, flags: wire.END, stream, aux: idOf(method) }));
  }
  return peer;
}

const dataOf = (peer: RawPeer) => peer.frames.filter(({ kind }) => kind === wire.DATA);

/** A peer that grants its streams all they want, and the link nothing more. */
async function starved(rig: RawRig): Promise<{ peer: RawPeer; granted: number }> {
  const granted = 64 * 1024;
  return { peer: await crowd(rig, hello(2 ** 30, granted), "produce"), granted };
}

function* endless() {
  for (let id = 0; ; id++) yield { id, data: new Uint8Array(17_000) };
}

test("of many streams that wait for the link's credit, a CREDIT wakes as many as it lets send", async () => {
  const rig = new RawRig();
  rig.server.serve(Echo, { ...none, produce: endless });
  const { peer, granted } = await starved(rig);
  const before = dataOf(peer).length;
  const looks = vi.spyOn(Sender.prototype, "isBlocked");
  await peer.say(credit(0, granted + 40_000));
  expect(dataOf(peer).length).toBeGreaterThan(before);
  expect(looks.mock.calls.length).toBeLessThan(STREAMS / 4);
});

test("streams that wait for the link's credit take turns, and none is left out", async () => {
  const rig = new RawRig();
  rig.server.serve(Echo, { ...none, produce: endless });
  const { peer, granted } = await starved(rig);
  const before = dataOf(peer).length;
  for (let round = 1; round <= STREAMS; round++) await peer.say(credit(0, granted + round * 72_000));
  const counts = new Map<number, number>();
  for (const { stream } of dataOf(peer).slice(before)) counts.set(stream, (counts.get(stream) ?? 0) + 1);
  expect(counts.size).toBe(STREAMS);
  expect(Math.max(...counts.values())).toBeLessThan(2 * Math.min(...counts.values()));
});

test("a call that ends while it waits for the link's credit waits no longer, and its handler is told", async () => {
  const rig = new RawRig();
  let left = 0;
  rig.server.serve(Echo, {
    ...none,
    *produce() {
      try {
        yield* endless();
      } finally {
        left++;
      }
    },
  });
  const { peer } = await starved(rig);
  const resets = Array.from({ length: STREAMS }, (_, i) => frame({ kind: wire.RESET, stream: i + 1, aux: 1 }));
  await peer.say(...resets);
  expect(left).toBe(STREAMS);
});

test("a CREDIT looks at none of the many messages that wait for other credit", async () => {
  const rig = new RawRig();
  rig.server.serve(Echo, { ...none, unary: () => ({ data: new Uint8Array(40_000) }) });
  const peer = await crowd(rig, hello(16_384, 2 ** 30), "unary");
  const before = dataOf(peer).length;
  const looks = vi.spyOn(Sender.prototype, "roomFor");
  await peer.say(credit(7, 50_000), credit(0, 2 ** 30 + 2000));
  expect(dataOf(peer).slice(before)).toMatchObject([{ stream: 7 }]);
  expect(looks.mock.calls.length).toBeLessThan(STREAMS / 4);
});

test("what is left of answers that wait for credit holds little memory, however long they are", async () => {
  const rig = new RawRig();
  const data = new Uint8Array(100_000).fill(7);
  rig.server.serve(Echo, { ...none, unary: () => ({ id: 1, data }) });
  const peer = await crowd(rig, hello(80_000, 2 ** 30), "unary");
  expect(rig.runtime.slabs.leasedBytes).toBeLessThan(STREAMS * 40_000);
  await peer.say(...Array.from({ length: STREAMS }, (_, i) => credit(i + 1, 200_000)));
  const sent = Buffer.from(Payload.toBytes({ id: 1, data }));
  const answers = new Map<number, Uint8Array[]>();
  for (const { stream, payload } of dataOf(peer)) answers.set(stream, [...(answers.get(stream) ?? []), payload]);
  const wrong = [...answers.values()].filter((parts) => !sent.equals(wire.join(...parts)));
  expect([answers.size, wrong.length]).toEqual([STREAMS, 0]);
  expect(rig.runtime.slabs.leased).toBe(0);
});

/** A link that is full: the answer to stream 1 has no credit, and those to all others, of `bytes`, wait for room. */
async function full(rig: RawRig, bytes = 3_000): Promise<RawPeer> {
  rig.server.serve(Echo, { ...none, unary: ({ id }) => ({ id, data: new Uint8Array(id === 1 ? 600_000 : bytes) }) });
  const peer = rig.join();
  await peer.say(hello(16_384, 2 ** 30));
  for (let stream = 1; stream <= STREAMS; stream++) {
    const payload = Payload.toBytes({ id: stream });
    await peer.say(frame({ kind: wire.OPEN, flags: wire.END, stream, aux: idOf("unary"), payload }));
  }
  return peer;
}

const ends = (peer: RawPeer): number => dataOf(peer).filter(({ flags }) => flags === wire.END).length;

test("answers that wait for room are given it as soon as there is some, though the link is still busy", async () => {
  const rig = new RawRig({ maxUnsentBytes: 1024 * 1024, highWaterBytes: 64 * 1024 });
  const peer = await full(rig);
  expect(ends(peer)).toBe(0);
  await peer.say(credit(1, 200_000));
  expect(ends(peer)).toBe(STREAMS - 1);
});

test("of many answers that wait for room, as many are woken as there is room for", async () => {
  const rig = new RawRig({ maxUnsentBytes: 1024 * 1024 });
  const peer = await full(rig, 40_000);
  const looks = vi.spyOn(Sender.prototype, "isFull", "get");
  await peer.say(credit(1, 100_000));
  const begun = new Set(dataOf(peer).map(({ stream }) => stream));
  expect(begun.size).toBeGreaterThan(1);
  expect(begun.size).toBeLessThan(10);
  expect(looks.mock.calls.length).toBeLessThan(STREAMS / 2);
});

test("a call that is reset while its answer waits for room waits no longer", async () => {
  const rig = new RawRig({ maxUnsentBytes: 1024 * 1024 });
  const peer = await full(rig);
  const looks = vi.spyOn(Sender.prototype, "isFull", "get");
  await peer.say(frame({ kind: wire.RESET, stream: 2, aux: wire.CANCELLED }));
  expect(looks.mock.calls.length).toBeGreaterThan(0);
});
