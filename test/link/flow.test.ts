import fc from "fast-check";
import { expect, test } from "vitest";
import { Echo, type EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import { CODES } from "../../src/error.js";
import { OVERDRAW_BYTES, ReceiveWindow } from "../../src/link/flow.js";
import { checkLimits } from "../../src/link/limits.js";
import { RpcLink } from "../../src/rpc/rpc-link.js";
import { Network } from "../../src/testing/network.js";
import { connectRaw } from "../support/raw-server.js";
import { type RawPeer, RawRig, settle, virtualRuntime } from "../support/rig.js";
import * as wire from "../support/wire.js";

const { frame } = wire;
const idOf = (name: string): number => Echo.methods.find((method) => method.name === name)!.id;
const none: EchoHandlers = { unary: (request) => request, produce: () => [], consume: () => ({}), both: () => [] };

/** An entry of an extension that holds one number. */
function numberEntry(type: number, value: number): Uint8Array {
  const entry = new Uint8Array(8);
  const view = new DataView(entry.buffer);
  view.setUint16(0, type, true);
  view.setUint16(2, 4, true);
  view.setUint32(4, value, true);
  return entry;
}

/** An extension that says how long a message will be. */
const size = (bytes: number): Uint8Array => numberEntry(3, bytes);
/** One that says how much time is left besides. */
const sizeAndTime = (bytes: number, ms: number): Uint8Array => wire.join(size(bytes), numberEntry(1, ms));

const big = Payload.toBytes({ id: 7, data: new Uint8Array(100_000).fill(9) });
const open = { kind: wire.OPEN, stream: 1, aux: idOf("unary") };
const data = { kind: wire.DATA, stream: 1 };

test("a request in fragments is put together, answered, and its memory given back", async () => {
  const rig = new RawRig();
  rig.server.serve(Echo, { ...none, unary: ({ id, data: bytes }) => ({ id, data: bytes.subarray(0, 3) }) });
  const peer = await rig.greet();
  await peer.say(frame({ ...open, flags: wire.MORE, ext: size(big.length), payload: big.subarray(0, 40_000) }));
  expect(rig.runtime.slabs.leased).toBe(1);
  await peer.say(frame({ ...data, flags: wire.MORE, payload: big.subarray(40_000, 80_000) }));
  await peer.say(frame({ ...data, flags: wire.END, payload: big.subarray(80_000) }));
  const answer = peer.frames.at(-1);
  expect(answer).toMatchObject({ kind: wire.DATA, flags: wire.END, aux: 0 });
  expect(Payload.fromBytes(answer!.payload)).toEqual({ id: 7, data: new Uint8Array(3).fill(9) });
  expect(rig.runtime.slabs.leased).toBe(0);
});

test("the time that a call has left counts from the first fragment of its request", async () => {
  const rig = new RawRig();
  const left: number[] = [];
  rig.server.serve(Echo, { ...none, unary: (_request, call) => (left.push(call.remainingMs), {}) });
  const peer = await rig.greet();
  const begin = (stream: number): Uint8Array =>
    frame({ ...open, stream, flags: wire.MORE, ext: sizeAndTime(big.length, 1000), payload: big.subarray(0, 40_000) });
  const end = (stream: number): Uint8Array =>
    frame({ ...data, stream, flags: wire.END, payload: big.subarray(40_000) });
  await peer.say(begin(1), begin(2));
  rig.runtime.clock.advance(900);
  await peer.say(end(1));
  expect(left).toEqual([100]);
  rig.runtime.clock.advance(100);
  await settle();
  expect(peer.frames.at(-1)).toMatchObject({ kind: wire.DATA, stream: 2, aux: CODES.indexOf("deadline_exceeded") });
  await peer.say(end(2));
  expect(left).toEqual([100]);
  expect(rig.runtime.slabs.leased).toBe(0);
});

test("a call that comes too late, in a fragment that ends it as well, holds no memory", async () => {
  const rig = new RawRig();
  rig.server.serve(Echo, none);
  const peer = await rig.greet();
  const ext = sizeAndTime(big.length, 0);
  await peer.say(frame({ ...open, flags: wire.MORE | wire.END, ext, payload: big.subarray(0, 40_000) }));
  expect(peer.frames.at(-1)).toMatchObject({ kind: wire.DATA, aux: CODES.indexOf("deadline_exceeded") });
  expect(rig.runtime.slabs.leased).toBe(0);
});

/** A peer that reads nothing for now: with an answer to `produce`, its link has no room for others. */
async function greetUnread(handlers: Partial<EchoHandlers>): Promise<RawPeer> {
  const rig = new RawRig({ maxUnsentBytes: 128 * 1024 });
  rig.server.serve(Echo, { ...none, produce: () => [{ data: new Uint8Array(100_000) }], ...handlers });
  const peer = await rig.greet();
  peer.transport.pause();
  return peer;
}

test("a call that fails while there is no room to say so is told so, although its handler answers meanwhile", async () => {
  let answers = 0;
  const peer = await greetUnread({
    async consume(requests) {
      await requests.next().catch(() => {});
      answers++;
      return {};
    },
  });
  await peer.say(frame({ ...open, aux: idOf("consume") }));
  await peer.say(frame({ ...open, flags: wire.END, aux: idOf("produce"), stream: 2 }));
  await peer.say(frame({ ...data, payload: Uint8Array.of(0) }));
  expect(answers).toBe(1);
  peer.transport.resume();
  await settle();
  expect(peer.frames.find(({ stream }) => stream === 1)).toMatchObject({ aux: CODES.indexOf("invalid_argument") });
});

test("a call whose request was refused is not run, although the rest of it comes before there is room to say so", async () => {
  let runs = 0;
  const peer = await greetUnread({ unary: () => (runs++, {}) });
  const half = Payload.toBytes({ data: new Uint8Array(6) });
  await peer.say(frame({ ...open, flags: wire.END, aux: idOf("produce"), stream: 2 }));
  await peer.say(frame({ ...open, flags: wire.MORE, ext: size(16), payload: half }));
  await peer.say(frame({ ...data, payload: new Uint8Array(16) }), frame({ ...data, flags: wire.END, payload: half }));
  peer.transport.resume();
  await settle();
  expect(runs).toBe(0);
  expect(peer.frames.find(({ stream }) => stream === 1)).toMatchObject({ aux: CODES.indexOf("invalid_argument") });
});

test("messages that are announced take about as much memory as they will have, however short they are", async () => {
  const rig = new RawRig();
  rig.server.serve(Echo, none);
  const peer = await rig.greet();
  const opens = Array.from({ length: 1000 }, (_, i) =>
    frame({ ...open, stream: i + 1, flags: wire.MORE, ext: size(100), payload: big.subarray(0, 8) }),
  );
  await peer.say(...opens);
  expect(rig.runtime.slabs.leased).toBe(1000);
  expect(rig.runtime.slabs.leasedBytes).toBeLessThan(1000 * 256);
});

test("a message over the window is granted credit as soon as its size is known", async () => {
  const rig = new RawRig({ streamWindowBytes: 16_384 });
  rig.server.serve(Echo, none);
  const peer = await rig.greet();
  await peer.say(frame({ ...open, flags: wire.MORE, ext: size(big.length), payload: big.subarray(0, 8000) }));
  const grant = peer.frames.find(({ kind, stream }) => kind === wire.CREDIT && stream === 1);
  expect(grant!.aux).toBeGreaterThan(big.length - 8000);
});

test("a message whose fragments are shorter than they should be still gets the credit it needs", async () => {
  const rig = new RawRig({ streamWindowBytes: 16_384 });
  rig.server.serve(Echo, { ...none, unary: ({ id }) => ({ id }) });
  const peer = await rig.greet();
  let granted = 16_384;
  let sent = 0;
  const say = async (from: number, to: number): Promise<void> => {
    const isFirst = from === 0;
    const flags = to === big.length ? wire.END : wire.MORE;
    const payload = big.subarray(from, to);
    if (!isFirst) sent += 16 + payload.length;
    expect(sent).toBeLessThanOrEqual(granted);
    await peer.say(frame({ ...(isFirst ? { ...open, ext: size(big.length) } : data), flags, payload }));
    for (const { kind, stream, aux } of peer.frames) if (kind === wire.CREDIT && stream === 1) granted = aux;
  };
  for (let at = 0; at < big.length; at += 64) await say(at, Math.min(at + 64, big.length));
  expect(peer.frames.at(-1)).toMatchObject({ kind: wire.DATA, flags: wire.END, aux: 0 });
});

const refused: { name: string; frames: Uint8Array[]; code: string }[] = [
  {
    name: "a first fragment that does not say how long its message is",
    frames: [frame({ ...open, flags: wire.MORE, payload: big.subarray(0, 800) })],
    code: "invalid_argument",
  },
  {
    name: "a message over maxMessageBytes",
    frames: [frame({ ...open, flags: wire.MORE, ext: size(2 ** 31), payload: big.subarray(0, 800) })],
    code: "resource_exhausted",
  },
  {
    name: "a message that there is no room for",
    frames: [frame({ ...open, flags: wire.MORE, ext: size(900_000), payload: big.subarray(0, 800) })],
    code: "resource_exhausted",
  },
  {
    name: "fragments that are longer than was said",
    frames: [
      frame({ ...open, flags: wire.MORE, ext: size(1000), payload: big.subarray(0, 800) }),
      frame({ ...data, flags: wire.MORE, payload: big.subarray(0, 800) }),
    ],
    code: "invalid_argument",
  },
  {
    name: "fragments that are shorter than was said",
    frames: [
      frame({ ...open, flags: wire.MORE, ext: size(1000), payload: big.subarray(0, 800) }),
      frame({ ...data, flags: wire.END, payload: big.subarray(0, 8) }),
    ],
    code: "invalid_argument",
  },
  {
    name: "a first fragment that is the end of its stream",
    frames: [frame({ ...open, flags: wire.MORE | wire.END, ext: size(1000), payload: big.subarray(0, 800) })],
    code: "invalid_argument",
  },
  {
    name: "a later fragment that is the end of its stream, although not of its message",
    frames: [
      frame({ ...open, flags: wire.MORE, ext: size(1000), payload: big.subarray(0, 800) }),
      frame({ ...data, flags: wire.MORE | wire.END, payload: big.subarray(0, 8) }),
    ],
    code: "invalid_argument",
  },
];

for (const { name, frames, code } of refused) {
  test(`${name} ends its call with ${code}, holds no memory, and the link goes on`, async () => {
    const rig = new RawRig({ maxLinkBufferedBytes: 600_000, maxMessageBytes: 1_000_000 });
    rig.server.serve(Echo, none);
    const peer = await rig.greet();
    await peer.say(...frames);
    await peer.say(frame({ ...data, flags: wire.END }));
    const end = peer.frames.find(({ kind, stream }) => kind === wire.DATA && stream === 1);
    expect([end?.flags, CODES[end!.aux]]).toEqual([wire.END, code]);
    await peer.say(frame({ kind: wire.PING, flags: 8, aux: 5 }));
    expect(peer.frames.at(-1)).toMatchObject({ kind: wire.PONG, aux: 5 });
    expect(rig.runtime.slabs.leased).toBe(0);
  });
}

test("an answer whose end is said in the middle of its fragments fails the call, and leaves nobody waiting", async () => {
  const { link, peer, runtime } = await connectRaw();
  const call = expect(link.client(Echo).unary({})).rejects.toThrow("ends its stream");
  await peer.say(frame({ ...data, flags: wire.MORE | wire.END, ext: size(1000), payload: big.subarray(0, 800) }));
  await call;
  expect([link.state, link.connection.streams.count, runtime.slabs.leased]).toEqual(["open", 0, 0]);
});

/** A rig whose handler takes requests and reads none until told to. */
async function unread(limits: ConstructorParameters<typeof RawRig>[0]) {
  const rig = new RawRig(limits);
  let read = (): void => {};
  const start = new Promise<void>((resolve) => (read = resolve));
  rig.server.serve(Echo, {
    ...none,
    async consume(requests) {
      await start;
      let count = 0;
      for await (const request of requests) count += request.id;
      return { count };
    },
  });
  const peer = await rig.greet();
  return { rig, peer, read };
}

const kilobyte = Payload.toBytes({ id: 1, data: new Uint8Array(1000) });
const item = (stream: number): Uint8Array => frame({ kind: wire.DATA, stream, payload: kilobyte });
const items = (stream: number, count: number): Uint8Array =>
  wire.join(...Array.from({ length: count }, () => item(stream)));

test("a peer that sends more on a stream than it was granted loses its link", async () => {
  const { rig, peer } = await unread({ streamWindowBytes: 20_000 });
  await peer.say(frame({ kind: wire.OPEN, stream: 1, aux: idOf("consume") }), items(1, 30));
  expect(rig.server.links.size).toBe(1);
  await peer.say(items(1, 30));
  expect(peer.frames.at(-1)).toMatchObject({ kind: wire.RESET, stream: 0, aux: CODES.indexOf("resource_exhausted") });
  expect(rig.server.links.size).toBe(0);
});

test("credit comes back when requests are consumed, not when they arrive", async () => {
  const { peer, read } = await unread({ streamWindowBytes: 20_000 });
  const credits = () =>
    peer.frames.filter(({ kind, stream }) => kind === wire.CREDIT && stream === 1).map(({ aux }) => aux);
  await peer.say(frame({ kind: wire.OPEN, stream: 1, aux: idOf("consume") }), items(1, 20));
  expect(credits()).toEqual([]);
  read();
  await settle();
  expect(credits().at(-1)).toBeGreaterThan(20 * 1000 + 10_000);
});

test("the link's credit is withheld while too much waits for its readers, and comes back when it is read", async () => {
  const { peer, read } = await unread({
    linkWindowBytes: 40_000,
    maxLinkBufferedBytes: 60_000,
    streamWindowBytes: 100_000,
  });
  const linkCredits = () => peer.frames.filter(({ kind, stream }) => kind === wire.CREDIT && stream === 0).length;
  await peer.say(frame({ kind: wire.OPEN, stream: 1, aux: idOf("consume") }), items(1, 60));
  const before = linkCredits();
  expect(before).toBeGreaterThan(0);
  await peer.say(items(1, 30));
  expect(linkCredits()).toBe(before);
  read();
  await settle();
  expect(linkCredits()).toBe(before + 1);
});

test("items that take more memory than bytes count for what they take, while they wait for their reader", async () => {
  const { rig, peer, read } = await unread({ streamWindowBytes: 100_000 });
  const empty = frame({ kind: wire.DATA, stream: 1 });
  const [{ connection }] = [...rig.server.links] as RpcLink[];
  await peer.say(frame({ kind: wire.OPEN, stream: 1, aux: idOf("consume") }));
  await peer.say(wire.join(...Array.from({ length: 1000 }, () => empty)));
  expect(connection.intake.bufferedBytes).toBeGreaterThan(1000 * 100);
  read();
  await settle();
  expect(connection.intake.bufferedBytes).toBe(0);
});

test("one-way messages draw on a credit of their own, which comes back when their handler is done", async () => {
  const rig = new RawRig({ messageWindowBytes: 20_000 });
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  rig.server.on(Payload, () => finished);
  const peer = await rig.greet();
  const message = frame({ kind: wire.MESSAGE, aux: Payload.id, payload: kilobyte });
  const credits = () => peer.frames.filter(({ kind, stream }) => kind === wire.CREDIT && stream === 2 ** 31).length;
  await peer.say(wire.join(...Array.from({ length: 20 }, () => message)));
  expect(credits()).toBe(0);
  finish();
  await settle();
  expect(credits()).toBeGreaterThan(0);
});

test("a fragment whose CREDIT finds no room any more ends the link and holds no memory", async () => {
  const { rig, peer } = await unread({
    maxUnsentBytes: 16_384,
    linkWindowBytes: 16_384,
    maxControlFramesPerSecond: 1_000_000,
  });
  await peer.say(frame({ kind: wire.OPEN, stream: 1, aux: idOf("consume") }), items(1, 17));
  peer.transport.pause();
  const pings = Array.from({ length: 1024 }, (_, i) => frame({ kind: wire.PING, flags: wire.IGNORABLE, aux: i + 1 }));
  await peer.say(...pings);
  expect(rig.server.links.size).toBe(1);
  await peer.say(frame({ ...data, flags: wire.MORE, ext: size(big.length), payload: big.subarray(0, 12_000) }));
  expect(rig.server.links.size).toBe(0);
  peer.transport.destroy();
  await settle();
  expect(rig.runtime.slabs.leased).toBe(0);
});

test("small messages that wait for credit take little memory, and are bounded as large ones are", async () => {
  const rig = new RawRig({ maxUnsentBytes: 1024 * 1024 });
  await rig.greet();
  const [link] = rig.server.links;
  let sent = 0;
  const sendAll = (): void => {
    for (; sent < 100_000; sent++) link.send(Payload, { id: 1, data: new Uint8Array(100) });
  };
  expect(sendAll).toThrow("wait for the peer to read");
  expect(sent).toBeGreaterThan(5_000);
  expect(rig.runtime.slabs.leasedBytes).toBeLessThan(2 * 1024 * 1024);
  void link.close();
  await settle();
  rig.runtime.clock.advance(5_000);
  await settle();
  expect(rig.runtime.slabs.leased).toBe(0);
});

test("floods of frames that cost nothing end the link", async () => {
  const floods: { [what: string]: (i: number) => Uint8Array } = {
    pings: (i) => frame({ kind: wire.PING, flags: 8, aux: i }),
    resets: (i) => frame({ kind: wire.RESET, stream: 5 + i, aux: 1 }),
    credits: (i) => frame({ kind: wire.CREDIT, stream: 0, aux: 1024 * 1024 + i }),
    "credits of nothing": () => frame({ kind: wire.CREDIT, stream: 0, aux: 0 }),
    "empty fragments": (i) => frame({ ...data, flags: wire.MORE, ...(i === 0 && { ext: size(100) }) }),
  };
  for (const [what, flood] of Object.entries(floods)) {
    const { rig, peer } = await unread({ maxControlFramesPerSecond: 50 });
    await peer.say(frame({ kind: wire.OPEN, stream: 1, aux: idOf("consume") }));
    await peer.say(wire.join(...Array.from({ length: 50 }, (_, i) => flood(i))));
    expect([what, rig.server.links.size]).toEqual([what, 1]);
    rig.runtime.clock.advance(1000);
    await peer.say(wire.join(...Array.from({ length: 60 }, (_, i) => flood(100 + i))));
    expect([what, rig.server.links.size]).toEqual([what, 0]);
    expect(peer.frames.at(-1)?.text).toContain("enhance your calm");
  }
});

test("calls that are opened and reset at once are bounded by the same budget", async () => {
  const rig = new RawRig({ maxControlFramesPerSecond: 100 });
  let running = 0;
  rig.server.serve(Echo, { ...none, unary: () => (running++, new Promise(() => {})) });
  const peer = await rig.greet();
  const pair = (slot: number): Uint8Array =>
    wire.join(frame({ ...open, stream: slot, flags: wire.END }), frame({ kind: wire.RESET, stream: slot, aux: 1 }));
  await peer.say(wire.join(...Array.from({ length: 500 }, (_, i) => pair(i + 1))));
  expect(rig.server.links.size).toBe(0);
  expect(running).toBeLessThanOrEqual(101);
});

test("calls that time out while the network stalls for seconds are no flood when all of it comes at once", async () => {
  const net = new Network();
  const server = net.listen({ limits: { maxControlFramesPerSecond: 100 } });
  server.serve(Echo, { ...none, unary: () => new Promise(() => {}) });
  const { link: made, wire: cable, wires } = net.dial(server);
  const echo = (await net.until(made)).client(Echo);
  cable.stall(6000, "toServer");
  let late = 0;
  for (let i = 0; i < 500; i++) {
    void echo.unary({}, { timeoutMs: 50 }).catch(() => late++);
    await net.advance(11);
  }
  await net.advance(10_000);
  expect([late, wires.length]).toEqual([500, 1]);
});

test("calls that have been open for a while may all be cancelled at once, and what comes then has its bound again", async () => {
  const rig = new RawRig({ maxControlFramesPerSecond: 100 });
  rig.server.serve(Echo, { ...none, unary: () => new Promise(() => {}) });
  const peer = await rig.greet();
  const slots = Array.from({ length: 500 }, (_, i) => i + 1);
  await peer.say(wire.join(...slots.map((stream) => frame({ ...open, stream, flags: wire.END }))));
  rig.runtime.clock.advance(1000);
  await peer.say(wire.join(...slots.map((stream) => frame({ kind: wire.RESET, stream, aux: 1 }))));
  expect(rig.server.links.size).toBe(1);
  const pings = Array.from({ length: 501 }, (_, i) => frame({ kind: wire.PING, flags: 8, aux: i }));
  await peer.say(wire.join(...pings));
  expect(rig.server.links.size).toBe(0);
});

test("a stream above maxStreams ends the link", async () => {
  const rig = new RawRig({ maxStreams: 10 });
  rig.server.serve(Echo, none);
  const peer = await rig.greet();
  await peer.say(frame({ ...open, stream: 11, flags: wire.END }));
  expect(peer.frames.at(-1)).toMatchObject({ kind: wire.RESET, stream: 0, aux: CODES.indexOf("resource_exhausted") });
});

test("a draining server says how many calls it took, lets them finish, refuses others, and closes", async () => {
  const rig = new RawRig();
  let answer = (): void => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  rig.server.serve(Echo, { ...none, unary: async (request) => (await answered, request) });
  const peer = await rig.greet();
  const [link] = rig.server.links;
  const states: string[] = [];
  link.onState((state) => states.push(state));
  await peer.say(frame({ ...open, flags: wire.END }));
  const drained = link.drain();
  await settle();
  const [drain, ping] = peer.frames.slice(-2);
  expect([drain, ping.kind]).toMatchObject([{ kind: wire.DRAIN, aux: 1 }, wire.PING]);
  await peer.say(frame({ ...open, stream: 2, flags: wire.END }));
  expect(peer.frames.at(-1)).toMatchObject({ kind: wire.DATA, stream: 2, aux: CODES.indexOf("unavailable") });
  answer();
  await settle();
  expect(peer.isClosed).toBe(false);
  await peer.say(frame({ kind: wire.PONG, flags: wire.IGNORABLE, aux: ping.aux }));
  await drained;
  await settle();
  expect(peer.frames.slice(-2)).toMatchObject([
    { kind: wire.DATA, stream: 1, aux: 0 },
    { kind: wire.RESET, stream: 0 },
  ]);
  expect([states, peer.isClosed]).toEqual([["draining", "closed"], true]);
});

test("a call that crosses DRAIN on a link without calls is refused by an answer of its own, and then the link closes", async () => {
  const rig = new RawRig();
  rig.server.serve(Echo, none);
  const peer = await rig.greet();
  const [link] = rig.server.links;
  const drained = link.drain();
  await settle();
  const ping = peer.frames.at(-1)!;
  await peer.say(frame({ ...open, flags: wire.END }), frame({ kind: wire.PONG, flags: wire.IGNORABLE, aux: ping.aux }));
  await drained;
  expect(peer.frames.slice(-2)).toMatchObject([
    { kind: wire.DATA, stream: 1, aux: CODES.indexOf("unavailable") },
    { kind: wire.RESET, stream: 0, aux: CODES.indexOf("cancelled") },
  ]);
});

test("a link that stands still for long loses the call that holds most unread, and the others go on", async () => {
  const { rig, peer, read } = await unread({
    linkWindowBytes: 40_000,
    maxLinkBufferedBytes: 80_000,
    streamWindowBytes: 100_000,
    stallTimeoutMs: 5000,
  });
  const ends = () => peer.frames.filter(({ kind, flags }) => kind === wire.DATA && flags === wire.END);
  const linkCredits = () => peer.frames.filter(({ kind, stream }) => kind === wire.CREDIT && stream === 0).length;
  for (const stream of [1, 2]) await peer.say(frame({ kind: wire.OPEN, stream, aux: idOf("consume") }));
  await peer.say(items(1, 30), items(2, 55), items(1, 5));
  const before = linkCredits();
  rig.runtime.clock.advance(4999);
  await settle();
  expect(ends()).toEqual([]);
  rig.runtime.clock.advance(1);
  await settle();
  expect(ends()).toMatchObject([{ stream: 2, aux: CODES.indexOf("resource_exhausted") }]);
  expect(linkCredits()).toBeGreaterThan(before);
  read();
  await peer.say(frame({ ...data, flags: wire.END }));
  expect(ends().at(-1)).toMatchObject({ stream: 1, aux: 0 });
});

test("whatever is sent and consumed, a window never grants less than before, nor more than its size ahead", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 5000 })), { maxLength: 300 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 16_384, max: 65_536 }), (given, start) => {
      const window = new ReceiveWindow(start, 1_000_000);
      let sent = 0;
      let consumed = 0;
      for (const [isSent, bytes] of given) {
        const before = window.granted;
        if (isSent && window.granted - sent > 0) {
          sent += bytes;
          expect(window.take(bytes)).toBe(true);
        } else if (!isSent) {
          const some = Math.min(bytes, sent - consumed);
          consumed += some;
          window.consume(some);
        }
        expect(window.waiting).toBe(sent - consumed);
        expect(window.granted).toBeGreaterThanOrEqual(before);
        expect(window.granted - consumed).toBeLessThanOrEqual(1_000_000);
      }
    }),
  );
});

test("a window grows while its reader keeps up, and not while it does not", () => {
  const eager = new ReceiveWindow(20_000, 100_000);
  let credit = 0;
  for (let round = 0, sent = 0; round < 10; round++) {
    credit = eager.granted - sent;
    sent += credit;
    eager.take(credit);
    eager.consume(1);
    eager.consume(credit - 1);
  }
  expect(credit).toBe(100_000);
  const slow = new ReceiveWindow(20_000, 100_000);
  slow.take(1000);
  for (let i = 0; i < 100; i++) {
    slow.take(1000);
    slow.consume(1000);
  }
  expect(slow.granted - 100_000).toBeLessThanOrEqual(20_000);
  expect(new ReceiveWindow(20_000, 20_000).take(20_001 + OVERDRAW_BYTES)).toBe(false);
});

test("totals that pass 2³² go on counting", () => {
  const window = new ReceiveWindow(2 ** 20, 2 ** 20);
  for (let i = 0; i < 5000; i++) {
    expect(window.take(2 ** 20)).toBe(true);
    expect(window.consume(2 ** 20)).toBe(true);
  }
  expect(window.waiting).toBe(0);
});

test("nothing is said after the goodbye, although what had come before it is still consumed", async () => {
  const written: Uint8Array[] = [];
  const transport = {
    address: "memory://peer",
    write: (bytes: Uint8Array) => void written.push(bytes.slice()),
    pause() {},
    resume() {},
    end() {},
    destroy() {},
  };
  const link = new RpcLink(true, transport, virtualRuntime(), checkLimits());
  link.on(Payload, settle);
  link.connection.receive(wire.hello());
  const received = link.client(Echo).produce({ count: 9 });
  const payload = Payload.toBytes({ data: new Uint8Array(60_000) });
  const answers = Array.from({ length: 4 }, () => frame({ ...data, payload }));
  const messages = answers.map(() => frame({ kind: wire.MESSAGE, aux: Payload.id, payload }));
  link.connection.receive(wire.join(...answers, ...messages, ...messages, ...messages, frame({ kind: 99 })));
  let count = 0;
  const reading = async (): Promise<void> => {
    for await (const _ of received) count++;
  };
  await expect(reading()).rejects.toThrow("frames of kind 99 are not known here");
  await settle();
  await settle();
  expect(count).toBe(4);
  expect(wire.frames(wire.join(...written)).at(-1)).toMatchObject({ kind: wire.RESET, stream: 0 });
});
