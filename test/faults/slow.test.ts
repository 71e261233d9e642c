import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Echo, type EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import type { Runtime } from "../../src/link/runtime.js";
import { connect, createRuntime, listen, type Server } from "../../src/node/index.js";
import { VirtualClock } from "../../src/testing/clock.js";
import * as wire from "../support/wire.js";
import { boundlessHello, idOf, RawSocket } from "./raw.js";

const MIB = 1024 * 1024;
const { frame } = wire;

let produced = 0;
let stopped = false;
const isRunning = (): boolean => !stopped;
const handlers: EchoHandlers = {
  unary: ({ id, data }) => ({ id, data: new Uint8Array(data.length ? 100_000 : 0) }),
  async *produce({ size, count }) {
    try {
      const data = new Uint8Array(size);
      while (produced < count) yield { id: ++produced, data };
    } finally {
      stopped = true;
    }
  },
  consume: () => ({}),
  both: (requests) => requests,
};

let runtime: Runtime;
let server: Server;

beforeEach(async () => {
  produced = 0;
  stopped = false;
  runtime = createRuntime();
  server = await listen({ tcp: "127.0.0.1:0", runtime, limits: { maxUnsentBytes: 2 * MIB } });
  server.serve(Echo, handlers);
});

afterEach(async () => {
  await server.close();
  expect(runtime.slabs.leased).toBe(0);
});

/** Resolves when `value` has stayed the same for ten turns of polling. */
async function still(value: () => number): Promise<number> {
  let last = -1;
  let same = 0;
  await expect
    .poll(() => {
      same = value() === last ? same + 1 : 0;
      last = value();
      return same;
    })
    .toBeGreaterThan(10);
  return last;
}

const open = (count: number, size: number): Uint8Array =>
  wire.frame({
    kind: wire.OPEN,
    flags: wire.END,
    stream: 1,
    aux: idOf("produce"),
    payload: Uint8Array.of(8, ...leb(count), 16, ...leb(size)),
  });

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...leb(Math.floor(value / 128))];
}

test("a producer whose reader takes 1 KB at a time is paused, whatever credit it was given, and holds little memory", async () => {
  const peer = await RawSocket.join(server, boundlessHello());
  peer.socket.pause();
  peer.say(open(1_000_000, 10_000));
  await expect.poll(() => produced).toBeGreaterThan(10);
  const paused = await still(() => produced);
  const isPaused = (): boolean => produced === paused;
  // What the kernel holds for both sockets is several MB; 1 GiB would be 100,000 items.
  expect(paused * 10_000).toBeLessThan(32 * MIB);
  expect(runtime.slabs.leasedBytes).toBeLessThan(8 * MIB);
  let read = 0;
  peer.socket.removeAllListeners("data");
  while (isPaused()) {
    if (peer.socket.read(1024)) read += 1024;
    else await once(peer.socket, "readable");
  }
  expect(read).toBeGreaterThan(0);
  peer.socket.destroy();
  await expect.poll(() => stopped).toBe(true);
});

test("a reader that grants no more credit holds its producer to one window", async () => {
  const peer = await RawSocket.join(server);
  peer.say(open(1_000_000, 1000));
  await expect.poll(() => produced).toBeGreaterThan(10);
  expect((await still(() => produced)) * 1000).toBeLessThanOrEqual(300 * 1024);
  peer.socket.destroy();
  await expect.poll(() => stopped).toBe(true);
});

for (const reading of ["onread", "data"] as const) {
  test(`a client that calls and reads no answer is not read from until it does, and then gets all of them (${reading})`, async () => {
    const clock = new VirtualClock();
    const paused = await listen({ tcp: "127.0.0.1:0", runtime: createRuntime({ clock }), reading });
    paused.serve(Echo, handlers);
    const peer = await RawSocket.join(paused, boundlessHello());
    await expect.poll(() => peer.frames.length).toBe(1);
    peer.socket.pause();
    const CALLS = 300;
    const request = Payload.toBytes({ id: 1, data: new Uint8Array(20_000) });
    for (let slot = 1; slot <= CALLS; slot++)
      peer.say(frame({ kind: wire.OPEN, flags: wire.END, stream: slot, aux: idOf("unary"), payload: request }));
    const [link] = paused.links;
    const taken = await still(() => link.stats.bytesIn);
    expect(taken).toBeLessThan((CALLS * 20_000) / 2);
    peer.socket.resume();
    await expect.poll(() => peer.socket.bytesRead, { timeout: 15_000 }).toBeGreaterThan(CALLS * 100_000);
    expect(peer.frames.slice(1).map(({ stream }) => stream)).toEqual(Array.from({ length: CALLS }, (_, i) => i + 1));
    expect(peer.frames.slice(1).every(({ aux, payload }) => aux === 0 && payload.length > 100_000)).toBe(true);
    peer.socket.destroy();
    await paused.close();
  });
}

test("two sides that call each other and would both wait for the other one to read go on", async () => {
  const link = await connect(server.urls[0], { runtime, limits: { highWaterBytes: 0 } });
  link.serve(Echo, handlers);
  const [back] = server.links;
  const data = new Uint8Array(10_000);
  const calls = [link, back].flatMap((one) =>
    Array.from({ length: 100 }, (_, id) => one.client(Echo).unary({ id, data })),
  );
  const answers = await Promise.all(calls);
  expect(answers.map(({ id }) => id)).toEqual([...Array(100).keys(), ...Array(100).keys()]);
  await link.close();
});

test("two sides that call each other for more than sockets take answer each other's calls, all of them", async () => {
  const link = await connect(server.urls[0], { runtime, reconnect: false });
  const data = new Uint8Array(8_000);
  link.serve(Echo, { ...handlers, unary: ({ id }) => ({ id, data }) });
  const [back] = server.links;
  const forth = Array.from({ length: 1_500 }, () => link.client(Echo).unary({ data }));
  const answers = await Promise.all([...forth, ...forth.map((_, id) => back.client(Echo).unary({ id }))]);
  expect(new Set(answers.map((answer) => answer.data.length))).toEqual(new Set([100_000, data.length]));
  await link.close();
});

test("a small call beside a large stream is answered while that runs", async () => {
  const link = await connect(server.urls[0], { runtime });
  const echo = link.client(Echo);
  let items = 0;
  let small = 0;
  const calls = (async () => {
    while (isRunning()) {
      await echo.unary({ id: 7 });
      small++;
    }
  })();
  for await (const { data } of echo.produce({ count: 400, size: 200_000 })) if (data.length === 200_000) items++;
  await calls;
  expect(items).toBe(400);
  expect(small).toBeGreaterThan(20);
  await link.close();
});

test("what is changed after send() is not what arrives", async () => {
  const link = await connect(server.urls[0], { runtime });
  const got: number[] = [];
  server.on(Payload, ({ data }) => void got.push(...data));
  for (const size of [8, 100_000]) {
    const data = new Uint8Array(size).fill(1);
    link.send(Payload, { data });
    data.fill(2);
  }
  await expect.poll(() => got.length, { timeout: 5000 }).toBe(100_008);
  expect(got.every((byte) => byte === 1)).toBe(true);
  await link.close();
});

test("the pads between frames are zeros, never what stood in the page before", async () => {
  const dirty = await connect(server.urls[0], { runtime });
  await dirty
    .client(Echo)
    .both([{ data: new Uint8Array(60_000).fill(255) }])
    .next();
  const peer = await RawSocket.join(server);
  const payload = Payload.toBytes({ id: 1 });
  for (let slot = 1; slot <= 50; slot++) {
    peer.say(frame({ kind: wire.OPEN, flags: wire.END, stream: slot, aux: idOf("unary"), payload }));
  }
  await expect.poll(() => peer.frames.length).toBe(51);
  const { heard } = peer;
  const view = new DataView(heard.buffer);
  let pads = 0;
  for (let at = 0; at < heard.length; ) {
    const length = view.getUint32(at, true);
    const next = at + Math.ceil(length / 8) * 8;
    for (const byte of heard.subarray(at + length, next)) pads += byte === 0 ? 1 : NaN;
    at = next;
  }
  expect(pads).toBeGreaterThanOrEqual(50 * 6);
  peer.socket.destroy();
  await dirty.close();
});

test("streams wait for room both ways also where less may wait than highWaterBytes", async () => {
  const limits = { maxUnsentBytes: 64 * 1024 };
  const narrow = await listen({ tcp: "127.0.0.1:0", runtime, limits });
  narrow.serve(Echo, handlers);
  const link = await connect(narrow.urls, { runtime, limits });
  let count = 0;
  for await (const { data } of link.client(Echo).produce({ count: 1000, size: 10_000 })) count += data.length;
  expect(count).toBe(10_000_000);
  const requests = Array.from({ length: 1000 }, () => ({ data: new Uint8Array(10_000) }));
  let echoed = 0;
  for await (const { data } of link.client(Echo).both(requests)) echoed += data.length;
  expect(echoed).toBe(10_000_000);
  while (link.send(Payload, { data: new Uint8Array(10_000) }));
  expect(link.send(Payload, { id: 1 })).toBe(false);
  await link.close();
  await narrow.close();
});
