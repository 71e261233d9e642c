import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Echo, type EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import type { Link } from "../../src/index.js";
import { connect, createRuntime, listen, type Server } from "../../src/node/index.js";
import type { Runtime } from "../../src/link/runtime.js";
import * as wire from "../support/wire.js";
import { idOf, RawSocket } from "./raw.js";

const resourceExhausted = 8;
const invalidArgument = 3;
const { frame } = wire;
/** A DATA+END that holds a count below 128, with its pad. */
const ANSWER_BYTES = 24;
const forever = (): Promise<never> => new Promise(() => {});

let running = 0;
const handlers: EchoHandlers = {
  unary: (request) => (running++, request.id === 666 ? forever() : request),
  produce: forever as never,
  async consume(requests) {
    let count = 0;
    for await (const _ of requests) count++;
    return { count };
  },
  both: (requests) => requests,
};

let runtime: Runtime;
let server: Server;
let other: Link;

beforeEach(async () => {
  running = 0;
  runtime = createRuntime();
  server = await listen({ tcp: "127.0.0.1:0", runtime });
  server.serve(Echo, handlers);
  other = await connect(server.urls[0], { runtime });
});

afterEach(async () => {
  expect(await other.client(Echo).unary({ id: 3 })).toMatchObject({ id: 3 });
  await other.close();
  await server.close();
  expect(runtime.slabs.leased).toBe(0);
});

const call = (slot: number, id: number): Uint8Array =>
  frame({ kind: wire.OPEN, flags: wire.END, stream: slot, aux: idOf("unary"), payload: Payload.toBytes({ id }) });
const many = (count: number, make: (i: number) => Uint8Array): Uint8Array =>
  wire.join(...Array.from({ length: count }, (_, i) => make(i)));

test("1,000 frames in one write are all answered, in their order", async () => {
  const peer = await RawSocket.join(server);
  peer.say(many(1000, (i) => call(i + 1, i + 1000)));
  await expect.poll(() => peer.frames.length, { timeout: 5000 }).toBe(1001);
  const answers = peer.frames.slice(1);
  expect(answers.map(({ stream, payload }) => [stream, Payload.fromBytes(payload).id])).toEqual(
    Array.from({ length: 1000 }, (_, i) => [i + 1, i + 1000]),
  );
  peer.socket.destroy();
});

test("a slot is used 2,100 times, past the wrap of its generations, and frames late by one use touch no later one", async () => {
  const peer = await RawSocket.join(server);
  await once(peer.socket, "data");
  const helloBytes = peer.socket.bytesRead;
  const idAt = (use: number): number => (use % 2048) * 2 ** 20 + 1;
  const open = (use: number): Uint8Array => frame({ kind: wire.OPEN, stream: idAt(use), aux: idOf("consume") });
  const send = (use: number, flags = 0): Uint8Array =>
    frame({ kind: wire.DATA, flags, stream: idAt(use), ...(flags ? {} : { payload: Payload.toBytes({ id: 1 }) }) });
  for (let use = 0; use < 2100; use++) {
    peer.say(open(use), ...(use > 0 ? [send(use - 1)] : []), send(use), send(use, wire.END));
    while (peer.socket.bytesRead < helloBytes + (use + 1) * ANSWER_BYTES) await once(peer.socket, "data");
  }
  for (const { payload } of peer.frames.slice(1)) expect([...payload]).toEqual([8, 1]);
  peer.socket.destroy();
});

const floods: { name: string; flood: (i: number) => Uint8Array }[] = [
  { name: "PINGs", flood: (i) => frame({ kind: wire.PING, flags: wire.IGNORABLE, aux: i }) },
  { name: "CREDITs of nothing", flood: () => frame({ kind: wire.CREDIT, aux: 0 }) },
  { name: "CREDITs that go back", flood: (i) => frame({ kind: wire.CREDIT, aux: 2 ** 32 - 1 - i }) },
  { name: "CREDITs for calls that are over", flood: (i) => frame({ kind: wire.CREDIT, stream: 9, aux: i * 4096 }) },
  {
    name: "calls that are reset at once",
    flood: (i) => wire.join(call(i + 1, 666), frame({ kind: wire.RESET, stream: i + 1, aux: 1 })),
  },
];

for (const { name, flood } of floods) {
  test(`a flood of ${name} over a real socket ends its link with resource_exhausted and no other`, async () => {
    const peer = await RawSocket.join(server);
    peer.say(many(5000, flood));
    const last = await peer.lastWord();
    // A reset connection may swallow the last word; what was heard of it must be the truth.
    if (last?.kind === wire.RESET && last.stream === 0) expect(last.aux).toBe(resourceExhausted);
    await expect.poll(() => server.links.size).toBe(1);
    expect(running).toBeLessThan(2000);
  });
}

const credits = (...totals: readonly number[]): Uint8Array =>
  wire.join(
    ...totals.map((aux) => wire.join(frame({ kind: wire.CREDIT, stream: 1, aux }), frame({ kind: wire.CREDIT, aux }))),
  );

test("a CREDIT of 0, one that goes back and one of 2³¹ − 1 do no harm to the call they are for", async () => {
  const peer = await RawSocket.join(server);
  peer.say(frame({ kind: wire.OPEN, stream: 1, aux: idOf("both") }), credits(0, 5, 2 ** 31 - 1, 0, 2 ** 32 - 1));
  peer.say(frame({ kind: wire.DATA, stream: 1, payload: Payload.toBytes({ id: 5 }) }));
  peer.say(frame({ kind: wire.DATA, flags: wire.END, stream: 1 }));
  await expect
    .poll(() => peer.frames.slice(1).map(({ kind, flags, aux }) => [kind, flags, aux]))
    .toEqual([
      [wire.DATA, 0, 0],
      [wire.DATA, wire.END, 0],
    ]);
  peer.socket.destroy();
});

test("a CREDIT that lets more than 2³¹ − 1 bytes come ends the link", async () => {
  const peer = await RawSocket.join(server);
  peer.say(frame({ kind: wire.OPEN, stream: 1, aux: idOf("both") }), credits(2 ** 31 - 1, 2 ** 31 + 100_000));
  expect(await peer.lastWord()).toMatchObject({ kind: wire.RESET, stream: 0, aux: invalidArgument });
});
