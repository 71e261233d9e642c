import { describe, expect, test } from "vitest";
import { Echo, type EchoHandlers } from "../../schemas/gen/echo.js";
import { CODES } from "../../src/error.js";
import type { Call, CallOptions } from "../../src/index.js";
import { MillraceError } from "../../src/index.js";
import { handlers } from "../support/echo.js";
import { PairRig, RawRig, settle, type virtualRuntime } from "../support/rig.js";
import * as wire from "../support/wire.js";

/** A front whose handlers call a back, which keeps every call until it is told to stop. */
class Chain {
  readonly back = new PairRig();
  readonly front = new PairRig({ runtime: this.back.runtime });
  readonly runtime: ReturnType<typeof virtualRuntime> = this.back.runtime;
  /** The time that calls at the back have, and why they were stopped. */
  readonly remaining: number[] = [];
  readonly aborts: string[] = [];
  /** How calls that the front made ended. */
  readonly ends: string[] = [];

  constructor(handle: (chain: Chain, call: Call) => Promise<object>) {
    this.back.server.serve(Echo, { ...handlers, unary: (request, call) => (request.id === 1 ? {} : this.keep(call)) });
    this.front.server.serve(Echo, { ...handlers, unary: (_request, call) => handle(this, call) });
  }

  async call(options: CallOptions): Promise<void> {
    await settle();
    this.front.client
      .client(Echo)
      .unary({}, options)
      .catch(() => {});
    await settle();
  }

  /** Calls the back, which never answers, and notes how that ends. */
  async ask(options: CallOptions): Promise<object> {
    const failure = await this.back.client
      .client(Echo)
      .unary({}, options)
      .catch((error: unknown) => error);
    this.ends.push(failure instanceof MillraceError ? failure.code : "answered");
    return {};
  }

  get leftovers(): number[] {
    const { slabs, clock } = this.runtime;
    const open = [this.back, this.front].flatMap(({ client, server }) => [client.connection, server.connection]);
    return [...open.map(({ streams }) => streams.count), slabs.leased, clock.timers - 4];
  }

  private keep(call: Call): Promise<object> {
    this.remaining.push(call.remainingMs);
    call.signal.addEventListener("abort", () => this.aborts.push((call.signal.reason as MillraceError).code));
    return new Promise((_resolve, reject) =>
      call.signal.addEventListener("abort", () => reject(call.signal.reason as Error)),
    );
  }
}

const NOTHING = [0, 0, 0, 0, 0, 0];

describe("a call that is made for another one", () => {
  test("has the time that is left to the other one, when its own is longer", async () => {
    const chain = new Chain((self, call) => {
      self.runtime.clock.advance(30);
      return self.ask({ via: call, timeoutMs: 1000 });
    });
    await chain.call({ timeoutMs: 100 });
    expect(chain.remaining).toEqual([70]);
    chain.runtime.clock.advance(70);
    await settle();
    expect([chain.ends, chain.aborts.length]).toEqual([["deadline_exceeded"], 1]);
    expect(chain.leftovers).toEqual(NOTHING);
  });

  test("keeps its own time limit when that is shorter", async () => {
    const chain = new Chain((self, call) => self.ask({ via: call, timeoutMs: 20 }));
    await chain.call({ timeoutMs: 100 });
    expect(chain.remaining).toEqual([20]);
    chain.runtime.clock.advance(20);
    await settle();
    expect([chain.ends, chain.leftovers]).toEqual([["deadline_exceeded"], NOTHING]);
  });

  test("has no time limit when neither has one", async () => {
    const chain = new Chain((self, call) => self.ask({ via: call }));
    await chain.call({});
    expect(chain.remaining).toEqual([Infinity]);
  });

  test("is cancelled with the other one", async () => {
    const aborter = new AbortController();
    const chain = new Chain((self, call) => self.ask({ via: call }));
    await chain.call({ signal: aborter.signal });
    aborter.abort();
    await settle();
    expect([chain.ends, chain.aborts, chain.leftovers]).toEqual([["cancelled"], ["cancelled"], NOTHING]);
  });

  test("is cancelled when the link of the other one closes", async () => {
    const chain = new Chain((self, call) => self.ask({ via: call }));
    await chain.call({});
    await chain.front.client.close();
    await settle();
    expect([chain.ends, chain.aborts]).toEqual([["cancelled"], ["cancelled"]]);
  });

  test("is cancelled by its own signal too", async () => {
    const aborter = new AbortController();
    const chain = new Chain((self, call) => self.ask({ via: call, signal: aborter.signal }));
    await chain.call({});
    aborter.abort();
    await settle();
    expect([chain.ends, chain.leftovers]).toEqual([["cancelled"], NOTHING]);
  });

  test("is not sent when the other one has ended already", async () => {
    let start = (): void => {};
    const chain = new Chain(async (self, call) => {
      await new Promise<void>((resolve) => (start = resolve));
      return self.ask({ via: call });
    });
    await chain.call({ timeoutMs: 10 });
    chain.runtime.clock.advance(10);
    await settle();
    start();
    await settle();
    expect([chain.ends, chain.remaining, chain.leftovers]).toEqual([["deadline_exceeded"], [], NOTHING]);
  });

  test("is not sent when the other one was cancelled before", async () => {
    let start = (): void => {};
    const aborter = new AbortController();
    const chain = new Chain(async (self, call) => {
      await new Promise<void>((resolve) => (start = resolve));
      return self.ask({ via: call });
    });
    await chain.call({ signal: aborter.signal });
    aborter.abort();
    await settle();
    start();
    await settle();
    expect([chain.ends, chain.remaining, chain.leftovers]).toEqual([["cancelled"], [], NOTHING]);
  });

  test("goes on when the other one is answered", async () => {
    const chain = new Chain(async (self, call) => {
      void self.ask({ via: call });
      return {};
    });
    await chain.call({});
    expect([chain.ends, chain.aborts, chain.remaining.length]).toEqual([[], [], 1]);
  });

  test("leaves nothing of itself with the other one once it is answered", async () => {
    const listeners = { added: 0, removed: 0 };
    const chain = new Chain(async (self, call) => {
      const { signal } = call;
      const add = signal.addEventListener.bind(signal) as (...args: unknown[]) => void;
      const remove = signal.removeEventListener.bind(signal) as (...args: unknown[]) => void;
      signal.addEventListener = (...args: unknown[]) => (listeners.added++, add(...args));
      signal.removeEventListener = (...args: unknown[]) => (listeners.removed++, remove(...args));
      for (let i = 0; i < 20; i++) await self.back.client.client(Echo).unary({ id: 1 }, { via: call });
      return {};
    });
    await chain.call({});
    expect([listeners, chain.leftovers]).toEqual([{ added: 20, removed: 20 }, NOTHING]);
  });
});

test("a call whose deadline has passed when it arrives is answered so, and its handler does not run", async () => {
  const rig = new RawRig();
  let calls = 0;
  const unary: EchoHandlers["unary"] = (request) => (calls++, request);
  rig.server.serve(Echo, { ...handlers, unary });
  const peer = await rig.greet();
  const ext = new Uint8Array([1, 0, 4, 0, 0, 0, 0, 0]);
  await peer.say(wire.frame({ kind: wire.OPEN, flags: wire.END, stream: 1, aux: 0x2925389f, ext }));
  expect(peer.frames.slice(1).map(({ kind, flags, aux }) => [kind, flags, CODES[aux]])).toEqual([
    [wire.DATA, wire.END, "deadline_exceeded"],
  ]);
  expect([calls, rig.runtime.clock.timers]).toEqual([0, 1]);
});
