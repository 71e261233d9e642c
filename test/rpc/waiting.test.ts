import { describe, expect, test } from "vitest";
import { Echo, type EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import { type CallOptions, MillraceError } from "../../src/index.js";
import { handlers } from "../support/echo.js";
import { PairRig, type PairOptions, RawRig, settle, virtualRuntime } from "../support/rig.js";
import { SippingPeer } from "../support/sipping-peer.js";
import * as wire from "../support/wire.js";
import { idOf } from "../faults/raw.js";
import { debugging } from "../../src/rpc/debugging.js";

const ITEMS = 50;
const data = new Uint8Array(1000).fill(7);

class Waiting {
  readonly rig: PairRig;

  constructor(own: Partial<EchoHandlers>, options: PairOptions = {}) {
    this.rig = new PairRig(options);
    this.rig.server.serve(Echo, { ...handlers, ...own });
  }

  get echo(): ReturnType<typeof Echo.client> {
    return this.rig.client.client(Echo);
  }

  /** Bytes that wait for their readers, at the caller and at the handler. */
  get bytes(): number[] {
    return [this.rig.client, this.rig.server].map(({ connection }) => connection.intake.bufferedBytes);
  }
}

/** What is read of a stream before it ends, and the code of the error it ends with. */
async function readAll(stream: AsyncIterable<Payload>): Promise<[number, string]> {
  let count = 0;
  try {
    for await (const _item of stream) count++;
  } catch (error) {
    return [count, (error as MillraceError).code];
  }
  return [count, "ok"];
}

describe("requests that wait for their handler are let go of at once when", () => {
  const items = Array.from({ length: ITEMS }, (_, id) => ({ id, data }));
  async function* endless(): AsyncGenerator<Partial<Payload>> {
    yield* items;
    await new Promise(() => {});
  }

  async function start(isDebugging: boolean, options?: CallOptions): Promise<Waiting & { failure: Promise<unknown> }> {
    const waiting = new Waiting(
      {
        async consume(requests) {
          await requests.next();
          return new Promise(() => {});
        },
      },
      { runtime: { ...virtualRuntime(), debug: isDebugging ? debugging : undefined } },
    );
    await settle();
    const failure = waiting.echo.consume(endless(), options).catch((error: unknown) => error);
    await settle();
    expect(waiting.bytes[1]).toBeGreaterThan((ITEMS - 1) * data.length);
    return Object.assign(waiting, { failure });
  }

  for (const isDebugging of [false, true]) {
    const mode = isDebugging ? " (debug mode)" : "";

    test(`the caller cancels${mode}`, async () => {
      const aborter = new AbortController();
      const waiting = await start(isDebugging, { signal: aborter.signal });
      aborter.abort();
      await settle();
      expect(waiting.bytes).toEqual([0, 0]);
      expect(waiting.rig.leftovers).toEqual([0, 0, 0, 0]);
    });

    test(`the deadline passes${mode}`, async () => {
      const waiting = await start(isDebugging, { timeoutMs: 10 });
      waiting.rig.runtime.clock.advance(10);
      expect(waiting.bytes).toEqual([0, 0]);
      await waiting.failure;
    });

    test(`the link closes${mode}`, async () => {
      const waiting = await start(isDebugging);
      await waiting.rig.client.close();
      await settle();
      expect(waiting.bytes).toEqual([0, 0]);
    });
  }
});

test("requests that a handler has not read when it settles are let go of", async () => {
  const waiting = new Waiting({
    async consume(requests) {
      await requests.next();
      return { count: 1 };
    },
  });
  await settle();
  const items = Array.from({ length: ITEMS }, (_, id) => ({ id, data }));
  expect(await waiting.echo.consume(items)).toMatchObject({ count: 1 });
  await settle();
  expect(waiting.bytes).toEqual([0, 0]);
  expect(waiting.rig.leftovers).toEqual([0, 0, 0, 0]);
});

test("a handler that reads on after its call was cut off is told why, and gets nothing more", async () => {
  const aborter = new AbortController();
  let read = (_outcome: [number, string]): void => {};
  const outcome = new Promise<[number, string]>((resolve) => (read = resolve));
  const waiting = new Waiting({
    async consume(requests, call) {
      await requests.next();
      await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
      read(await readAll(requests));
      return {};
    },
  });
  await settle();
  const items = Array.from({ length: ITEMS }, (_, id) => ({ id, data }));
  const call = waiting.echo.consume(items, { signal: aborter.signal }).catch(() => {});
  await settle();
  aborter.abort();
  expect(await outcome).toEqual([0, "cancelled"]);
  await call;
});

describe("answers that wait for their caller", () => {
  async function* produce(): AsyncGenerator<Partial<Payload>> {
    for (let id = 0; id < ITEMS; id++) yield { id, data };
    await new Promise(() => {});
  }

  async function start(own: Partial<EchoHandlers>, options?: CallOptions, limits = {}) {
    const waiting = new Waiting(own, { limits });
    await settle();
    const stream = waiting.echo.produce({}, options);
    await settle();
    return { waiting, stream };
  }

  test("are let go of at once when the caller cancels, and reading on throws", async () => {
    const aborter = new AbortController();
    const { waiting, stream } = await start({ produce }, { signal: aborter.signal });
    expect(waiting.bytes[0]).toBeGreaterThan(ITEMS * data.length);
    aborter.abort();
    expect(waiting.bytes).toEqual([0, 0]);
    expect(await readAll(stream)).toEqual([0, "cancelled"]);
  });

  test("are let go of at once when the deadline passes, and reading on throws", async () => {
    const { waiting, stream } = await start({ produce }, { timeoutMs: 10 });
    waiting.rig.runtime.clock.advance(10);
    expect(waiting.bytes).toEqual([0, 0]);
    expect(await readAll(stream)).toEqual([0, "deadline_exceeded"]);
  });

  test("are let go of at once when a message is refused, and reading on throws", async () => {
    async function* tooMuch(): AsyncGenerator<Partial<Payload>> {
      for (let id = 0; id < 20; id++) yield { id, data };
      yield { data: new Uint8Array(300_000) };
    }
    const { waiting, stream } = await start({ produce: tooMuch }, undefined, { maxLinkBufferedBytes: 100_000 });
    expect(waiting.bytes).toEqual([0, 0]);
    expect(await readAll(stream)).toEqual([0, "resource_exhausted"]);
  });

  test("are still delivered when the handler fails behind them", async () => {
    const { waiting, stream } = await start({
      async *produce() {
        for (let id = 0; id < ITEMS; id++) yield { id, data };
        throw new MillraceError("aborted", "no more");
      },
    });
    expect(await readAll(stream)).toEqual([ITEMS, "aborted"]);
    expect(waiting.bytes).toEqual([0, 0]);
  });

  test("are still delivered when the link has closed, and reading them leases nothing", async () => {
    const long = new Uint8Array(20_000);
    const { waiting, stream } = await start({
      async *produce() {
        for (let id = 0; id < 13; id++) yield { id, data: long };
        await new Promise(() => {});
      },
    });
    await waiting.rig.server.close();
    await settle();
    expect(await readAll(stream)).toEqual([13, "unavailable"]);
    expect(waiting.bytes).toEqual([0, 0]);
    expect(waiting.rig.leftovers.slice(0, 3)).toEqual([0, 0, 0]);
  });
});

test("the end of a stream of answers waits for room, as an answer does", async () => {
  const { server } = new RawRig({ maxUnsentBytes: 64 * 1024, highWaterBytes: 32 * 1024 });
  server.serve(Echo, handlers);
  const peer = new SippingPeer(server);
  const [link] = server.links;
  expect(() => {
    for (;;) link.send(Payload, { data });
  }).toThrow("wait for the peer to read");
  peer.say(wire.frame({ kind: wire.OPEN, flags: wire.END, stream: 1, aux: idOf("produce") }));
  await settle();
  while (peer.sip()) await settle();
  expect(peer.frames.filter(({ kind }) => kind === wire.DATA)).toMatchObject([{ flags: wire.END, aux: 0 }]);
});
