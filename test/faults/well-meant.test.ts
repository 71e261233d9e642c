import net from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Echo, type EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import { type Link, MillraceError, Outbox } from "../../src/index.js";
import { connect, type ConnectOptions, createRuntime, type Limits, listen, type Server } from "../../src/node/index.js";
import { VirtualClock } from "../../src/testing/clock.js";
import { handlers } from "../support/echo.js";
import { settle } from "../support/rig.js";
import * as wire from "../support/wire.js";

const MB = 1_000_000;

let server: Server;
let link: Link;
/** A server that says exactly what it is told to. */
let peer: net.Server;

/** A server whose budget of control frames is small, and a link to it that is not made again. */
async function start(own: Partial<EchoHandlers>, options: ConnectOptions = {}, limits: Partial<Limits> = {}) {
  server = await listen({ tcp: "127.0.0.1:0", limits: { maxControlFramesPerSecond: 50, ...limits } });
  server.serve(Echo, { ...handlers, ...own });
  link = await connect(server.urls[0], { ...options, reconnect: false });
  return link.client(Echo);
}

/** Lets nothing else run in this process. */
function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** A HELLO that lets 16 KiB of one-way messages come. */
function narrowHello(): Uint8Array {
  const bytes = wire.hello();
  new DataView(bytes.buffer).setUint32(40, 16 * 1024, true);
  return bytes;
}

beforeEach(() => {
  expect.hasAssertions();
  peer = net.createServer();
});

afterEach(async () => {
  await link.close();
  await server.close();
  peer.close();
});

test("messages that have only defaults, and so no bytes, are no flood, however many come", async () => {
  const many = Array.from({ length: 3_000 }, () => ({}));
  const echo = await start({ produce: () => many }, { limits: { maxControlFramesPerSecond: 50 } });
  expect(await echo.consume(many)).toMatchObject({ count: 3_000 });
  let count = 0;
  for await (const _payload of echo.produce({})) count++;
  expect(count).toBe(3_000);
});

test("credit that crosses the ends of many streams is no flood", async () => {
  const items = [1, 2].map((id) => ({ id, data: new Uint8Array(8_000) }));
  const echo = await start({ produce: () => items }, { limits: { streamWindowBytes: 16 * 1024 } });
  for (let round = 0; round < 20; round++) {
    const streams = Array.from({ length: 20 }, () => echo.produce({}));
    const read = async (stream: AsyncIterable<unknown>): Promise<void> => {
      for await (const _item of stream);
    };
    await Promise.all(streams.map(read));
  }
  expect(link.state).toBe("open");
});

test("a link on which messages wait that are longer than all that may wait still says what was read", async () => {
  const produce = (): object[] => Array.from({ length: 100 }, (_, id) => ({ id, data: new Uint8Array(60_000) }));
  const echo = await start({ unary: () => ({}), produce });
  const calls: Promise<unknown>[] = [];
  for await (const { id } of echo.produce({})) {
    // Each is let in, for before it there was room.
    if (id === 1) for (const data of [9, 15].map((mb) => new Uint8Array(mb * MB))) calls.push(echo.unary({ data }));
  }
  expect(await Promise.all(calls)).toHaveLength(2);
});

test("calls that were made before a drain are run, also those that still wait to be sent", async () => {
  const echo = await start({});
  const data = new Uint8Array(400_000);
  const calls = Array.from({ length: 8 }, (_, id) => echo.unary({ id, data }));
  const drained = link.drain();
  expect((await Promise.all(calls)).map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  await drained;
});

test("calls that are answered before their requests end are no flood, however many there are", async () => {
  const consume = async (requests: AsyncIterable<unknown>): Promise<object> => {
    for await (const _request of requests) return { count: 1 };
    return {};
  };
  const echo = await start({ consume }, { limits: { maxControlFramesPerSecond: 50 } });
  for (let round = 0; round < 20; round++) {
    const calls = Array.from({ length: 20 }, () => {
      const requests = new Outbox<object>();
      void requests.write({ id: 1 });
      return echo.consume(requests);
    });
    expect((await Promise.all(calls)).every(({ count }) => count === 1)).toBe(true);
  }
  expect(link.state).toBe("open");
});

test("calls whose time is over at both ends at once are no flood, however many there are", async () => {
  const clock = new VirtualClock();
  const echo = await start({ unary: () => new Promise(() => {}) }, { runtime: createRuntime({ clock }) });
  const calls = Array.from({ length: 400 }, () => echo.unary({}, { timeoutMs: 300 }));
  const ends = Promise.allSettled(calls);
  const [there] = server.links;
  await expect.poll(() => there?.stats.framesIn).toBeGreaterThan(400);
  // From here on timers run before sockets are read.
  await settle();
  // This process is blocked, so that both ends see that the time is over before they read what the other one says.
  block(350);
  clock.advance(300);
  expect(await ends).toHaveLength(400);
  expect(await echo.consume([])).toMatchObject({ count: 0 });
});

test("calls that fail while no more may wait to be sent fail when there is room, and end no link", async () => {
  const data = new Uint8Array(10_000);
  const fill = (): never => {
    const [there] = server.links;
    for (;;) there?.send(Payload, { data });
  };
  const fail = (): never => {
    expect(fill).toThrow("wait for the peer to read");
    throw new MillraceError("not_found", "it is not there");
  };
  const own = { unary: fail, produce: fail };
  const echo = await start(own, { limits: { messageWindowBytes: 16 * 1024 } }, { maxUnsentBytes: MB });
  let read = (): void => {};
  const reading = new Promise<void>((resolve) => (read = resolve));
  link.on(Payload, () => reading);
  const calls = [echo.unary({}), echo.produce({}).next()];
  const ends = Promise.all(calls.map((call) => call.then(String, ({ code }: MillraceError) => code)));
  const [there] = server.links;
  await expect.poll(() => there?.stats.framesIn).toBeGreaterThan(2);
  read();
  expect(await ends).toEqual(["not_found", "not_found"]);
  expect(link.state).toBe("open");
});

test("a client that is blocked while it connects has the time for that once more", async () => {
  await start({});
  const connecting = connect(server.urls[0], { limits: { handshakeTimeoutMs: 300 } });
  await settle();
  block(500);
  const late = await connecting;
  expect(late.state).toBe("open");
  await late.close();
});

test("a client that is blocked while it closes sends what its server has made room for meanwhile", async () => {
  const heard: Uint8Array[] = [];
  const accepted = new Promise<net.Socket>((resolve) => peer.once("connection", resolve));
  await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
  const connecting = connect(`tcp://127.0.0.1:${(peer.address() as net.AddressInfo).port}`);
  const socket = await accepted;
  socket.on("data", (chunk: Buffer) => heard.push(chunk));
  socket.write(narrowHello());
  const closing = await connecting;
  const messages = () => wire.frames(wire.join(...heard)).filter(({ kind }) => kind === wire.MESSAGE).length;
  for (let i = 0; i < 5; i++) closing.send(Payload, { data: new Uint8Array(10_000) });
  await expect.poll(messages).toBe(2);
  const closed = closing.close();
  // From here on timers run before sockets are read.
  await settle();
  socket.write(wire.frame({ kind: wire.CREDIT, stream: 2 ** 31, aux: MB }));
  block(2500);
  await closed;
  await expect.poll(messages).toBe(5);
});
