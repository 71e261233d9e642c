import { afterEach, expect, test } from "vitest";
import { Echo, type EchoHandlers, Payload as OurPayload } from "../../schemas/gen/echo.js";
import { MillraceError } from "../../src/index.js";
import { listen, type ListenOptions } from "../../src/node/index.js";
import type { Server } from "../../src/server/server.js";
import { importsOf, sources } from "../support/sources.js";
import type { Call } from "./call.js";
import { Client } from "./client.js";
import { Failure } from "./credit.js";
import type { Limits } from "./frame.js";
import { decode, encode } from "./protobuf.js";

const METHOD = {
  unary: "echo.Echo/Unary",
  produce: "echo.Echo/Produce",
  consume: "echo.Echo/Consume",
  both: "echo.Echo/Both",
};
const SMALL = { streamWindowBytes: 16_384, linkWindowBytes: 16_384, messageWindowBytes: 16_384, maxFrameBytes: 16_384 };

const handlers: EchoHandlers = {
  unary: (request) => request,
  *produce({ count, size }) {
    for (let id = 1; id <= count; id++) yield { id, data: new Uint8Array(size).fill(id) };
  },
  async consume(requests) {
    let count = 0;
    let bytes = 0;
    for await (const { data } of requests) {
      count++;
      bytes += data.length;
    }
    return { count, bytes: BigInt(bytes) };
  },
  async *both(requests) {
    for await (const { id, data } of requests) yield { id, data: data.slice() };
  },
};

const open: { server: Server; client: Client }[] = [];
afterEach(async () => {
  for (const { server, client } of open.splice(0)) {
    client.close();
    await client.closed;
    await server.close();
  }
});

/** Our server, and the other client connected to it. */
async function meet(
  own: Partial<EchoHandlers> = {},
  limits: ListenOptions["limits"] = {},
  theirs: Partial<Limits> = {},
) {
  const server = await listen({ tcp: "127.0.0.1:0", limits });
  server.serve(Echo, { ...handlers, ...own });
  const client = await Client.connect(Number(new URL(server.urls[0]).port), theirs);
  open.push({ server, client });
  return { server, client };
}

const payload = (id: number, data: Uint8Array = new Uint8Array()): Uint8Array => encode({ 1: id, 2: data });
const answerTo = async (call: Promise<Call>) => decode(await (await call).answer());
const failureOf = (promise: Promise<unknown>): Promise<Failure> =>
  promise.then(
    () => expect.unreachable(),
    (error: Failure) => error,
  );

test("HELLO tells each side what the other accepts", async () => {
  const { client } = await meet({}, { maxStreams: 7, streamWindowBytes: 20_000 });
  expect(client.peer).toMatchObject({ maxStreams: 7, streamWindowBytes: 20_000 });
});

test("a call is answered, also when its request and answer are the empty message", async () => {
  const { client } = await meet();
  expect(await answerTo(client.open(METHOD.unary, payload(7, Uint8Array.of(1, 2, 3))))).toEqual({
    1: 7,
    2: Buffer.of(1, 2, 3),
  });
  expect(await answerTo(client.open(METHOD.unary, payload(0)))).toEqual({});
});

test("calls use slots again, past the wrap of their generations", async () => {
  const { client } = await meet();
  for (let id = 1; id <= 2100; id++) {
    const [one, two] = [client.open(METHOD.unary, payload(id)), client.open(METHOD.unary, payload(id + 1))];
    expect([(await answerTo(one))[1], (await answerTo(two))[1]]).toEqual([id, id + 1]);
  }
});

test("an error comes as its status and text", async () => {
  const { client } = await meet({
    unary() {
      throw new MillraceError("not_found", "no such thing");
    },
  });
  const failure = await failureOf(answerTo(client.open(METHOD.unary, payload(1))));
  expect([failure.status, failure.message]).toEqual([5, "no such thing"]);
  const unknown = await failureOf(answerTo(client.open("echo.Echo/Nothing", payload(1))));
  expect(unknown.status).toBe(12);
});

test("answers stream, each once and in order, through windows far smaller than they are", async () => {
  const { client } = await meet({}, {}, SMALL);
  const call = await client.open(METHOD.produce, encode({ 1: 2000, 2: 1000 }));
  let id = 0;
  for await (const item of call) expect(decode(item)).toMatchObject({ 1: ++id, 2: { length: 1000 } });
  expect(id).toBe(2000);
});

test("requests stream through windows far smaller than they are", async () => {
  const { client } = await meet({}, SMALL);
  const call = await client.open(METHOD.consume);
  for (let id = 1; id <= 2000; id++) await call.send(payload(id, new Uint8Array(1000)));
  await call.end();
  expect(decode(await call.answer())).toEqual({ 1: 2000, 2: 2_000_000 });
});

test("requests and answers stream at once", async () => {
  const { client } = await meet({}, SMALL, SMALL);
  const call = await client.open(METHOD.both);
  const sending = (async () => {
    for (let id = 1; id <= 500; id++) await call.send(payload(id, new Uint8Array(500)));
    await call.end();
  })();
  const ids: unknown[] = [];
  for await (const item of call) ids.push(decode(item)[1]);
  await sending;
  expect(ids).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
});

test("messages of several MB come through in fragments, both ways, whatever the windows", async () => {
  const data = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7) % 251));
  for (const limits of [{}, SMALL, { maxFrameBytes: 16_384 }]) {
    const { client } = await meet({}, limits, limits);
    const { 2: echoed } = await answerTo(client.open(METHOD.unary, payload(1, data)));
    expect(data.equals(echoed as Uint8Array)).toBe(true);
    const call = await client.open(METHOD.both);
    await call.send(payload(2, data));
    await call.send(payload(3, data.subarray(0, 1_000_000)));
    await call.end();
    const lengths: number[] = [];
    for await (const item of call) lengths.push(item.length);
    expect(lengths).toEqual([payload(2, data).length, payload(3, data.subarray(0, 1_000_000)).length]);
  }
});

test("a message longer than the server accepts is refused, and the link goes on", async () => {
  const { client } = await meet({}, { maxMessageBytes: 100_000 });
  const failure = await failureOf(answerTo(client.open(METHOD.unary, payload(1, new Uint8Array(200_000)))));
  expect(failure.status).toBe(8);
  expect(await answerTo(client.open(METHOD.unary, payload(2)))).toEqual({ 1: 2 });
});

test("a deadline reaches the handler, and its passing ends the call at both ends", async () => {
  let remaining = 0;
  let aborted!: () => void;
  const ended = new Promise<void>((resolve) => (aborted = resolve));
  const { client } = await meet({
    unary(request, call) {
      remaining = call.remainingMs ?? 0;
      return new Promise((resolve) => call.signal.addEventListener("abort", () => (aborted(), resolve(request))));
    },
  });
  const failure = await failureOf(answerTo(client.open(METHOD.unary, payload(1), 80)));
  expect(failure.status).toBe(4);
  expect(remaining).toBeGreaterThan(0);
  expect(remaining).toBeLessThanOrEqual(80);
  await ended;
});

test("RESET cancels a call: the handler stops, and the link goes on", async () => {
  let stopped!: () => void;
  const stop = new Promise<void>((resolve) => (stopped = resolve));
  const { client } = await meet({
    async *produce(_, call) {
      try {
        for (let id = 1; !call.signal.aborted; id++) yield { id };
      } finally {
        stopped();
      }
    },
  });
  const call = await client.open(METHOD.produce, encode({ 1: 1 }));
  for await (const item of call) if (decode(item)[1] === 10) break;
  call.reset(1);
  await stop;
  expect(await answerTo(client.open(METHOD.unary, payload(2)))).toEqual({ 1: 2 });
});

test("an answer before the last request ends the call, and what the client still sends is skipped", async () => {
  const { client } = await meet({ consume: () => ({ count: 1 }) }, SMALL);
  const call = await client.open(METHOD.consume);
  for (let id = 1; id <= 50; id++) await call.send(payload(id, new Uint8Array(1000)));
  expect(decode(await call.answer())).toEqual({ 1: 1 });
  expect(await answerTo(client.open(METHOD.unary, payload(2)))).toEqual({ 1: 2 });
});

test("PINGs are answered, so that the server keeps the link", async () => {
  const { client } = await meet({}, { pingIntervalMs: 20, pingTimeoutMs: 500 });
  const call = await client.open(METHOD.both);
  await expect.poll(() => client.pings, { timeout: 5000 }).toBeGreaterThan(5);
  await call.send(payload(9));
  for await (const item of call) {
    expect(decode(item)).toEqual({ 1: 9 });
    await call.end();
  }
});

test("DRAIN lets the call under way finish, keeps new ones from being made, and then the server closes", async () => {
  const { server, client } = await meet();
  const call = await client.open(METHOD.both);
  await call.send(payload(1));
  for await (const item of call) {
    if (decode(item)[1] === 1) {
      for (const link of server.links) void link.drain();
      await expect.poll(() => client.draining).toBe(true);
      expect((await failureOf(client.open(METHOD.unary, payload(2)))).status).toBe(14);
      await call.send(payload(3));
      await call.end();
    } else expect(decode(item)).toEqual({ 1: 3 });
  }
  expect((await client.closed).status).toBe(1);
});

test("one-way messages go both ways, long ones in fragments, more than their window", async () => {
  const { server, client } = await meet({}, SMALL, SMALL);
  const got: number[] = [];
  server.on(OurPayload, ({ id, data }, link) => {
    got.push(id);
    link.send(OurPayload, { id, data });
  });
  const back: unknown[] = [];
  client.onMessage = (_, bytes) => back.push(decode(bytes)[1]);
  for (let id = 1; id <= 100; id++) await client.send("echo.Payload", payload(id, new Uint8Array(id * 1000)));
  const all = Array.from({ length: 100 }, (_, index) => index + 1);
  await expect.poll(() => back.length, { timeout: 5000 }).toBe(100);
  expect([got, back]).toEqual([all, all]);
});

test("a link that ends fails the calls under way as unavailable", async () => {
  const { server, client } = await meet({ unary: () => new Promise(() => {}) });
  const failure = failureOf(answerTo(client.open(METHOD.unary, payload(1))));
  await expect.poll(() => server.links.size).toBe(1);
  for (const link of server.links) void link.close();
  expect((await failure).status).toBe(14);
  expect((await client.closed).status).toBe(1);
});

test("the second client imports nothing but node:net", () => {
  const files = sources("test/second").filter((file) => !file.endsWith(".test.ts"));
  expect(files.length).toBeGreaterThan(3);
  const outside = files.flatMap((file) => importsOf(file).filter((name) => !files.includes(name)));
  expect([...new Set(outside)]).toEqual(["node:net"]);
});
