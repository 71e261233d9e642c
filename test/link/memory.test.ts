import { afterEach, beforeEach, expect, test } from "vitest";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import { CODES } from "../../src/error.js";
import { idOf } from "../faults/raw.js";
import { type RawPeer, RawRig, settle } from "../support/rig.js";
import * as wire from "../support/wire.js";

const KIB = 1024;
const LIMITS = { maxFrameBytes: 512 * KIB, frameTimeoutMs: 4_500, stallTimeoutMs: 4_000 };

/** A call whose request takes 200 KiB, and so a slab of 256 KiB. */
const call = wire.frame({
  kind: wire.OPEN,
  flags: wire.END,
  stream: 1,
  aux: idOf("unary"),
  payload: Payload.toBytes({ id: 7, data: new Uint8Array(200 * KIB) }),
});

let rig: RawRig;

beforeEach(() => {
  rig = new RawRig(LIMITS, 600 * KIB);
  rig.server.serve(Echo, {
    unary: ({ id }) => ({ id }),
    produce: () => [],
    consume: () => ({}),
    both: () => [],
  });
});

afterEach(async () => {
  for (const link of rig.server.links) void link.close();
  await settle();
  rig.runtime.clock.advance(10_000);
  expect([rig.runtime.slabs.leased, rig.runtime.clock.timers]).toEqual([0, 0]);
});

/** Peers that have each sent the first 100 bytes of the call, in this order. */
async function peersInACall(count: number): Promise<RawPeer[]> {
  const peers: RawPeer[] = [];
  for (let i = 0; i < count; i++) {
    const peer = await rig.greet();
    await peer.say(call.subarray(0, 100));
    peers.push(peer);
  }
  return peers;
}

const isAnswered = ({ frames }: RawPeer): boolean => frames.some(({ kind }) => kind === wire.DATA);
const codeOf = ({ frames }: RawPeer): string | undefined =>
  frames.filter(({ kind, stream }) => kind === wire.RESET && stream === 0).map(({ aux }) => CODES[aux])[0];

test("at the cap of memory, links wait until others have received their frames, and lose nothing", async () => {
  const peers = await peersInACall(5);
  for (const peer of peers) await peer.say(call.subarray(100, 90_000));
  for (const peer of peers) await peer.say(call.subarray(90_000));
  for (let turn = 0; turn < 20; turn++) await settle();
  expect(peers.map(isAnswered)).toEqual([true, true, true, true, true]);
  expect(rig.runtime.slabs.leasedBytes).toBeLessThan(600 * KIB);
});

test("when nobody gets memory any more, the link whose frame is unfinished for longest is closed, and those who wait go on", async () => {
  const peers = await peersInACall(4);
  const [, second, third, last] = peers;
  rig.runtime.clock.advance(500);
  await last.say(call.subarray(100));
  expect(peers.map(isAnswered)).toEqual([false, false, false, false]);
  rig.runtime.clock.advance(1_002);
  await settle();
  expect(peers.map(codeOf)).toEqual(["resource_exhausted", undefined, undefined, undefined]);
  expect([second, third, last].map(isAnswered)).toEqual([false, false, true]);
});

test("a frame that is not finished in time closes its link, and no other", async () => {
  const [slow] = await peersInACall(1);
  rig.runtime.clock.advance(2_000);
  const [quick] = await peersInACall(1);
  for (let at = 100; at < 113; at++) {
    rig.runtime.clock.advance(300);
    await slow.say(call.subarray(at, at + 1));
  }
  expect([slow, quick].map(codeOf)).toEqual(["deadline_exceeded", undefined]);
  await quick.say(call.subarray(100));
  expect(isAnswered(quick)).toBe(true);
});

test("a link that goes on receiving frames has a new deadline for each", async () => {
  const [peer] = await peersInACall(1);
  for (let slot = 2; slot < 12; slot++) {
    rig.runtime.clock.advance(2_000);
    const next = call.slice();
    new DataView(next.buffer).setUint32(8, slot, true);
    await peer.say(slot === 2 ? call.subarray(100) : new Uint8Array(0), next.subarray(0, 100));
    rig.runtime.clock.advance(2_000);
    await peer.say(next.subarray(100));
  }
  expect(codeOf(peer)).toBe(undefined);
});

/** The first fragment, of 8 KiB, of a request of so many bytes. */
function announced(bytes: number): Uint8Array {
  const ext = new Uint8Array(8);
  new DataView(ext.buffer).setUint32(0, 3 | (4 << 16), true);
  new DataView(ext.buffer).setUint32(4, bytes, true);
  const payload = new Uint8Array(8 * KIB);
  return wire.frame({ kind: wire.OPEN, flags: wire.MORE, stream: 1, aux: idOf("unary"), ext, payload });
}

const pong = wire.frame({ kind: wire.PONG, flags: wire.IGNORABLE });

test("a message in fragments that stop coming closes its link in the end, whatever else comes over it", async () => {
  const [idle, busy] = [await rig.greet(), await rig.greet()];
  for (const peer of [idle, busy]) await peer.say(announced(200 * KIB));
  for (let second = 0; second < 12; second++) {
    rig.runtime.clock.advance(1_000);
    await idle.say(pong);
    await busy.say(wire.frame({ kind: wire.DATA, flags: wire.MORE, stream: 1, payload: new Uint8Array(8 * KIB) }));
  }
  expect([idle, busy].map(codeOf)).toEqual(["deadline_exceeded", undefined]);
});

test("a message that was given up while its fragments came closes no link", async () => {
  const peer = await rig.greet();
  await peer.say(announced(200 * KIB));
  await peer.say(wire.frame({ kind: wire.RESET, stream: 1, aux: 1 }));
  rig.runtime.clock.advance(10_000);
  await peer.say(call.subarray(0, 100));
  rig.runtime.clock.advance(3_000);
  expect(codeOf(peer)).toBe(undefined);
  rig.runtime.clock.advance(3_000);
  await settle();
  expect(codeOf(peer)).toBe("deadline_exceeded");
});

test("when nobody gets memory any more, a link that has announced a message and sends nothing of it is closed first", async () => {
  const idle = await rig.greet();
  await idle.say(announced(500 * KIB));
  const peers = await peersInACall(3);
  for (let second = 0; second < 3; second++) {
    rig.runtime.clock.advance(1_000);
    await idle.say(pong);
  }
  expect([idle, ...peers].map(codeOf)).toEqual(["resource_exhausted", undefined, undefined, undefined]);
  for (const peer of peers) await peer.say(call.subarray(100));
  for (let turn = 0; turn < 20; turn++) await settle();
  expect(peers.map(isAnswered)).toEqual([true, true, true]);
});

test("a message that there is no memory for ends its call, and the link goes on", async () => {
  const peer = await rig.greet();
  await peer.say(announced(5_000 * KIB));
  expect(peer.frames.at(-1)).toMatchObject({ kind: wire.DATA, aux: CODES.indexOf("resource_exhausted") });
  await peer.say(wire.frame({ kind: wire.PING, flags: wire.IGNORABLE, aux: 5 }));
  expect(peer.frames.at(-1)).toMatchObject({ kind: wire.PONG, aux: 5 });
});

test("a link that closes while it waits for memory is given none, though it is its own end that makes room", async () => {
  const { slabs } = rig.runtime;
  const others = [slabs.lease(512 * KIB), slabs.lease(64 * KIB)];
  const between = slabs.lease(16 * KIB);
  others.push(slabs.tryLease(16 * KIB)!);
  const peer = await rig.greet();
  await peer.say(call.subarray(0, 100));
  slabs.release(between);
  expect(slabs.isShort).toBe(true);
  peer.transport.destroy();
  await settle();
  for (const slab of others) slabs.release(slab);
  expect(slabs.leased).toBe(0);
});
