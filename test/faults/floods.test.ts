import { once } from "node:events";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Echo, type EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import type { Link } from "../../src/index.js";
import type { Runtime } from "../../src/link/runtime.js";
import { connect, createRuntime, listen, type Server } from "../../src/node/index.js";
import { VirtualClock } from "../../src/testing/clock.js";
import { eventually } from "../support/eventually.js";
import { cannotTest, PROTOCOLS, type Protocol, Site } from "../support/site.js";
import * as wire from "../support/wire.js";
import { longestTurnMs, resetCalls } from "./load.js";
import { idOf, joinRaw, RawSocket } from "./raw.js";

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

let site: Site;
let runtime: Runtime;
let server: Server;
let other: Link;

beforeAll(() => {
  site = new Site();
});

afterAll(() => site.close());

async function serve(protocol: Protocol): Promise<void> {
  running = 0;
  // Time stands still, so that a second's budget is all that there is.
  runtime = createRuntime({ clock: new VirtualClock() });
  server = await listen({ ...site.at(protocol), runtime });
  server.serve(Echo, handlers);
  other = await connect(server.urls[0], { ...site.trust(protocol), runtime });
}

afterEach(async () => {
  expect(await other.client(Echo).unary({ id: 3 })).toMatchObject({ id: 3 });
  await other.close();
  await server.close();
  await eventually(() => runtime.slabs.leased).toBe(0);
});

const call = (slot: number, id: number): Uint8Array =>
  frame({ kind: wire.OPEN, flags: wire.END, stream: slot, aux: idOf("unary"), payload: Payload.toBytes({ id }) });
const many = (count: number, make: (i: number) => Uint8Array): Uint8Array =>
  wire.join(...Array.from({ length: count }, (_, i) => make(i)));

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

const credits = (...totals: readonly number[]): Uint8Array =>
  wire.join(
    ...totals.map((aux) => wire.join(frame({ kind: wire.CREDIT, stream: 1, aux }), frame({ kind: wire.CREDIT, aux }))),
  );

describe("over tcp", () => {
  beforeEach(() => serve("tcp"));

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

  test("50,000 calls that are reset at once, by one link after the other, run few handlers each and hold up nobody", async () => {
    const { links, othersMs } = await resetCalls(server.urls[0], 50_000, other);
    expect(running - othersMs.length).toBeLessThanOrEqual(links * 1001);
    // While a link's flood is handled, one call of others can wait behind it, and no more.
    expect(othersMs.length).toBeGreaterThanOrEqual(links / 2);
  });
});

for (const protocol of PROTOCOLS) {
  describe.skipIf(cannotTest(protocol))(`over ${protocol}`, () => {
    beforeEach(() => serve(protocol));

    test("1,000 frames in one write are all answered, in their order, and hold up the process for no more than 50 ms", async () => {
      let leastMs = Infinity;
      // What they take whenever they come: not that of compiling, nor of collecting what others left.
      for (let tries = 0; tries < 5 && leastMs >= 50; tries++) {
        const peer = await joinRaw(server.urls[0], site.ca);
        await other.client(Echo).unary({});
        const before = running;
        const longestMs = longestTurnMs(() => running === before + 1000);
        peer.say(many(1000, (i) => call(i + 1, i + 1000)));
        leastMs = Math.min(leastMs, await longestMs);
        await eventually(() => peer.frames.length).toBe(1001);
        expect(peer.frames.slice(1).map(({ stream, payload }) => [stream, Payload.fromBytes(payload).id])).toEqual(
          Array.from({ length: 1000 }, (_, i) => [i + 1, i + 1000]),
        );
        peer.leave("ends");
      }
      expect(leastMs).toBeLessThan(50);
    });

    for (const { name, flood } of floods) {
      test(`a flood of ${name} ends its link with resource_exhausted and no other`, async () => {
        const peer = await joinRaw(server.urls[0], site.ca);
        peer.say(many(5000, flood));
        const last = await peer.lastWord();
        // A reset connection may swallow the last word; what was heard of it must be the truth.
        if (last?.kind === wire.RESET && last.stream === 0) expect(last.aux).toBe(resourceExhausted);
        await eventually(() => server.links.size).toBe(1);
        expect(running).toBeLessThanOrEqual(1001);
      });
    }

    test("a CREDIT of 0, one that goes back and one of 2³¹ − 1 do no harm to the call they are for", async () => {
      const peer = await joinRaw(server.urls[0], site.ca);
      peer.say(frame({ kind: wire.OPEN, stream: 1, aux: idOf("both") }), credits(0, 5, 2 ** 31 - 1, 0, 2 ** 32 - 1));
      peer.say(frame({ kind: wire.DATA, stream: 1, payload: Payload.toBytes({ id: 5 }) }));
      peer.say(frame({ kind: wire.DATA, flags: wire.END, stream: 1 }));
      await eventually(() => peer.frames.slice(1).map(({ kind, flags, aux }) => [kind, flags, aux])).toEqual([
        [wire.DATA, 0, 0],
        [wire.DATA, wire.END, 0],
      ]);
      peer.leave("ends");
    });

    test("a CREDIT that lets more than 2³¹ − 1 bytes come ends the link", async () => {
      const peer = await joinRaw(server.urls[0], site.ca);
      peer.say(frame({ kind: wire.OPEN, stream: 1, aux: idOf("both") }), credits(2 ** 31 - 1, 2 ** 31 + 100_000));
      expect(await peer.lastWord()).toMatchObject({ kind: wire.RESET, stream: 0, aux: invalidArgument });
    });
  });
}
