import { expect, test } from "vitest";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import { Market } from "../../schemas/gen/market.js";
import { Slab } from "../../src/bytes/slab.js";
import { checkLimits } from "../../src/link/limits.js";
import { pausing } from "../../src/link/pausing.js";
import { Server } from "../../src/server/server.js";
import { memoryPipe } from "../../src/testing/memory.js";
import type { Call, ServerInterceptor, Stream } from "millrace";
import { Network } from "millrace/testing";
import { MillraceError } from "../../src/error.js";
import { PoisoningPool } from "../../src/testing/poison.js";
import { MeteredPool } from "../support/metered-pool.js";
import { handlers } from "../support/echo.js";
import { PairRig, type PairOptions, RawPeer, RawRig, settle, virtualRuntime } from "../support/rig.js";
import { SippingPeer } from "../support/sipping-peer.js";
import { DATA, END, frame, hello, OPEN, RESET } from "../support/wire.js";

/** A pair whose memory is overwritten as soon as it is given back. */
function poisoned(options: PairOptions = {}): PairRig {
  const runtime = virtualRuntime();
  const slabs = new PoisoningPool();
  const reading = pausing(runtime.clock, slabs, new Slab(64 * 1024));
  return new PairRig({ ...options, runtime: { ...runtime, slabs, reading } });
}

const long = new Uint8Array(100_000).map((_, i) => i);

test("an answer in fragments keeps its memory while it is read, although its stream has ended", async () => {
  const rig = poisoned({ limits: { maxFrameBytes: 20_000 } });
  rig.server.serve(Echo, handlers);
  await settle();
  const { data } = await rig.client.client(Echo).unary({ data: long });
  expect(Buffer.compare(data, long)).toBe(0);
  expect(rig.leftovers).toEqual([0, 0, 0, 0]);
});

test("an answer in fragments keeps its memory while it is read, although its reader closes the link meanwhile", async () => {
  const rig = poisoned({ limits: { maxFrameBytes: 20_000 } });
  rig.server.serve(Echo, {
    ...handlers,
    unary(request, call) {
      call.setAnswerMetadata({ a: "b" });
      return request;
    },
  });
  await settle();
  const onAnswerMetadata = (): void => void rig.client.close();
  const answer = rig.client.client(Echo).unary({ data: long }, { onAnswerMetadata });
  expect(Buffer.compare((await answer).data, long)).toBe(0);
});

/** Answers as soon as the handler runs, and waits for nothing of it. */
const impatient: ServerInterceptor = async function* (step, next) {
  const handler = next(step)[Symbol.asyncIterator]();
  void handler.next().catch(() => {});
  await settle();
  yield { id: 7, count: 7 };
};

for (const kind of ["unary", "consume", "both"] as const) {
  test(`a handler of ${kind}() that an interceptor did not wait for is told to stop, and reads what it was lent and nothing else`, async () => {
    const rig = poisoned({ serverLimits: { maxFrameBytes: 20_000 }, interceptors: { server: [impatient] } });
    let go = (): void => {};
    const gate = new Promise<void>((resolve) => (go = resolve));
    const seen: [Uint8Array, boolean][] = [];
    const look = async ({ data }: Payload, { signal }: Call): Promise<object> => {
      await gate;
      seen.push([data.slice(), signal.aborted]);
      return {};
    };
    const lookAtFirst = async (requests: Stream<Payload>, call: Call): Promise<object> =>
      look((await requests.next()).value as Payload, call);
    rig.server.serve(Echo, {
      ...handlers,
      unary: look,
      consume: lookAtFirst,
      async *both(requests, call) {
        yield await lookAtFirst(requests, call);
      },
    });
    await settle();
    const echo = rig.client.client(Echo);
    if (kind === "unary") await echo.unary({ data: long });
    else if (kind === "consume") await echo.consume([{ data: long }]);
    else for await (const { id } of echo.both([{ data: long }])) expect(id).toBe(7);
    go();
    await settle();
    const [[data, isTold]] = seen;
    expect([Buffer.compare(data, long), isTold]).toEqual([0, true]);
    expect(rig.leftovers).toEqual([0, 0, 0, 0]);
  });
}

test("a handler that an interceptor has answered without does not start after that, when what it would be lent is gone", async () => {
  let go = (): void => {};
  const gate = new Promise<void>((resolve) => (go = resolve));
  const slow: ServerInterceptor = async function* (step, next) {
    await gate;
    yield* next(step);
  };
  const rig = poisoned({ serverLimits: { maxFrameBytes: 20_000 }, interceptors: { server: [impatient, slow] } });
  let runs = 0;
  rig.server.serve(Echo, { ...handlers, unary: (request) => (runs++, request) });
  await settle();
  expect((await rig.client.client(Echo).unary({ data: long })).id).toBe(7);
  go();
  await settle();
  expect(runs).toBe(0);
});

test("long messages go out on a link whose highWaterBytes is 0", async () => {
  const rig = poisoned({ limits: { highWaterBytes: 0 } });
  rig.server.serve(Echo, handlers);
  await settle();
  const data = new Uint8Array(300_000);
  expect((await rig.client.client(Echo).unary({ data })).data.length).toBe(300_000);
});

test("a handler that is done with a message after its link has closed leaves nothing behind", async () => {
  const rig = poisoned({ serverLimits: { messageWindowBytes: 16_384 } });
  let done = (): void => {};
  rig.server.on(Payload, () => new Promise((resolve) => (done = resolve)));
  await settle();
  rig.client.send(Payload, { data: long.subarray(0, 10_000) });
  await settle();
  await rig.client.close();
  await settle();
  done();
  await settle();
  expect([rig.runtime.slabs.leased, rig.runtime.clock.timers]).toEqual([0, 0]);
});

test("a handler that reads its requests after its link has closed leaves nothing behind", async () => {
  const rig = poisoned({ serverLimits: { streamWindowBytes: 16_384 } });
  let go = (): void => {};
  const gate = new Promise<void>((resolve) => (go = resolve));
  rig.server.serve(Echo, {
    ...handlers,
    async consume(requests, call) {
      await gate;
      return handlers.consume(requests, call);
    },
  });
  await settle();
  const call = rig.client.client(Echo).consume([{ data: long.subarray(0, 9000) }, { data: long.subarray(0, 9000) }]);
  call.catch(() => {});
  await settle();
  // The end of the requests waits for credit, and the link for that, but not for long.
  const closed = rig.client.close();
  await settle();
  rig.runtime.clock.advance(2_000);
  await closed;
  await settle();
  go();
  await settle();
  expect([rig.runtime.slabs.leased, rig.runtime.clock.timers]).toEqual([0, 0]);
});

test("a read that was under way when the link closed is nobody's fault, however long it is", async () => {
  const net = new Network();
  const transport = { address: "none", write() {}, pause() {}, resume() {}, end() {}, destroy() {} };
  const receiver = net.listen().accept(transport);
  const read = (bytes: Uint8Array): void => {
    receiver.window().set(bytes);
    receiver.filled(bytes.length);
  };
  read(hello());
  read(frame({ kind: DATA, stream: 1, payload: long }).subarray(0, 100));
  const window = receiver.window();
  expect(window.length).toBeGreaterThan(16 * 1024);
  receiver.refuse(new MillraceError("aborted", "enough"));
  receiver.filled(window.length);
  receiver.closed();
  expect(net.reports).toEqual([]);
  expect(net.runtime.slabs.leased).toBe(0);
});

test("a link that is drained while its handshake is under way is closed", async () => {
  const rig = new PairRig();
  expect(rig.server.state).toBe("connecting");
  await rig.server.drain();
  await settle();
  expect([rig.client.state, rig.server.state, rig.runtime.clock.timers]).toEqual(["closed", "closed", 0]);
  expect(await rig.client.closed).toMatchObject({ code: "unavailable" });
});

test("what was accepted before a close still arrives over a slow network, however long that takes", async () => {
  const net = new Network({ seed: 1 });
  const server = net.listen();
  let received = 0;
  server.on(Payload, ({ data }) => void (received += data.length));
  const link = await net.connect(server, { faults: { delayMs: [500, 500] } });
  for (let i = 0; i < 30; i++) link.send(Payload, { data: new Uint8Array(300_000) });
  await net.until(link.close());
  await net.advance(1_000);
  expect(received).toBe(9_000_000);
  await net.until(server.close());
});

test("what was accepted before a close still arrives over a network that answers after seconds", async () => {
  const net = new Network({ seed: 1 });
  const server = net.listen();
  let received = 0;
  server.on(Payload, ({ data }) => void (received += data.length));
  const link = await net.connect(server, { faults: { delayMs: [2_400, 2_400] } });
  for (let i = 0; i < 30; i++) link.send(Payload, { data: new Uint8Array(300_000) });
  await net.until(link.close(), 600_000);
  await net.advance(10_000);
  expect(received).toBe(9_000_000);
  await net.until(server.close());
});

test("a close does not wait for a peer that takes nothing more", async () => {
  const net = new Network({ seed: 1 });
  const server = net.listen({ limits: { messageWindowBytes: 64 * 1024 } });
  server.on(Payload, () => new Promise(() => {}));
  const link = await net.connect(server);
  for (let i = 0; i < 30; i++) link.send(Payload, { data: new Uint8Array(300_000) });
  const start = net.clock.now();
  await net.until(link.close());
  expect(net.clock.now() - start).toBeLessThan(5_000);
  await net.until(server.close());
});

/** A server with much to send to a client that takes a little of it now and then, for minutes. */
async function dripping(): Promise<{ net: Network; server: Server }> {
  const net = new Network({ seed: 1 });
  const server = net.listen();
  const link = await net.connect(server, { reconnect: false, limits: { messageWindowBytes: 16 * 1024 } });
  link.on(Payload, () => new Promise<void>((resolve) => void net.clock.after(1_500, resolve)));
  const [back] = server.links;
  for (let i = 0; i < 5_000; i++) back.send(Payload, { data: new Uint8Array(1_000) });
  return { net, server };
}

test("a server that closes waits for half a minute, not for ever, for a client that takes little now and then", async () => {
  const { net, server } = await dripping();
  const start = net.clock.now();
  await net.until(server.close(), 600_000);
  expect(net.clock.now() - start).toBeGreaterThan(5_000);
  expect(net.clock.now() - start).toBeLessThan(40_000);
});

test("a server that drains cuts off what is left after its grace, also a client that takes little now and then", async () => {
  const { net, server } = await dripping();
  const [back] = server.links;
  void back.close();
  const start = net.clock.now();
  await net.until(server.drain({ graceMs: 3_000 }), 600_000);
  expect(net.clock.now() - start).toBeLessThan(10_000);
});

for (const { how, leave, mostMs } of [
  { how: "closes", leave: (server: Server) => server.close(), mostMs: 35_000 },
  { how: "drains", leave: (server: Server) => server.drain({ graceMs: 3_000 }), mostMs: 8_000 },
]) {
  test(`a server that ${how} waits no longer than it says for a client that takes little of what its socket holds`, async () => {
    const { server, runtime } = new RawRig();
    const peer = new SippingPeer(server);
    const [link] = server.links;
    for (let i = 0; i < 500; i++) link.send(Payload, { data: new Uint8Array(10_000) });
    const { clock } = runtime;
    const start = clock.now();
    const left = leave(server);
    while (!peer.isClosed && peer.sip()) {
      await settle();
      clock.advance(1_000);
    }
    await left;
    expect(clock.now() - start).toBeGreaterThan(2_000);
    expect(clock.now() - start).toBeLessThan(mostMs);
    expect([runtime.slabs.leased, clock.timers]).toEqual([0, 0]);
  });
}

test("a server that closes waits no longer than it says for a client that it has refused before", async () => {
  const { server, runtime } = new RawRig();
  const peer = new SippingPeer(server);
  const [link] = server.links;
  for (let i = 0; i < 500; i++) link.send(Payload, { data: new Uint8Array(10_000) });
  peer.say(hello());
  expect(link.state).toBe("closed");
  const { clock } = runtime;
  const start = clock.now();
  const closed = server.close();
  while (!peer.isClosed && peer.sip()) {
    await settle();
    clock.advance(1_000);
  }
  await closed;
  expect(clock.now() - start).toBeLessThan(35_000);
});

for (const end of ["close", "drain"] as const) {
  test(`a server that is told to ${end} takes little memory at a time to tell many links`, async () => {
    const slabs = new MeteredPool();
    const schedule = (flush: () => void): void => void setImmediate(flush);
    const server = new Server({ ...virtualRuntime(), slabs, schedule }, checkLimits());
    const peers = Array.from({ length: 2_000 }, () => new RawPeer());
    server.topic(Market.quotes);
    const greeting = hello();
    greeting[16 + 4] = 1;
    const subscribing = frame({ kind: OPEN, flags: END, stream: 1, aux: Market.quotes.id });
    for (const [index, peer] of peers.entries()) {
      memoryPipe((transport) => ((peer.transport = transport), peer), server.accept);
      void peer.say(greeting, subscribing);
      if (index % 100 === 0) await settle();
    }
    await settle();
    slabs.most = 0;
    void server[end]();
    const last = end === "close" ? RESET : DATA;
    const isTold = ({ frames }: RawPeer): boolean => frames.at(-1)?.kind === last;
    for (let turn = 0; turn < 100 && !peers.every(isTold); turn++) await settle();
    expect(peers.every(isTold)).toBe(true);
    expect(slabs.most).toBeLessThan(600);
  });
}
