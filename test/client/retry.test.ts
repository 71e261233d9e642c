import { expect, test } from "vitest";
import { MillraceError } from "../../src/index.js";
import { RetryBudget } from "../../src/client/retry.js";
import { Replay } from "../../src/rpc/replay.js";
import { Network, type Server } from "../../src/testing/index.js";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import { Market, type MarketHandlers } from "../../schemas/gen/market.js";
import { handlers } from "../support/echo.js";
import { ClientRig, type Connected } from "./rig.js";

/** A rig whose servers serve `Market`, too; what its handlers are told apart by is in `runs`. */
class MarketRig extends ClientRig {
  readonly runs: string[] = [];

  market(address: string, own: Partial<MarketHandlers>): Server {
    const server = this.serve(address);
    server.serve(Market, {
      lastQuote: ({ symbol }) => ({ symbol }),
      history: () => [],
      place: () => ({}),
      ...own,
    });
    return server;
  }

  /** A handler that notes its run and never settles. */
  hang(name: string): () => Promise<never> {
    return () => {
      this.runs.push(name);
      return new Promise<never>(() => {});
    };
  }
}

/** A rig and a client of it whose first call is under way at a server that hangs; the next one answers. */
async function hanging(own: Partial<MarketHandlers>): Promise<MarketRig & { client: Connected }> {
  const rig = new MarketRig();
  rig.market("memory://a", own);
  return Object.assign(rig, { client: await rig.connect() });
}

test("an idempotent call whose connection is lost is made again by itself, any other one is not", async () => {
  let isDown = true;
  const rig: Awaited<ReturnType<typeof hanging>> = await hanging({
    lastQuote: ({ symbol }) => (rig.runs.push("last"), isDown ? new Promise<never>(() => {}) : { symbol }),
    place: () => (rig.runs.push("place"), new Promise<never>(() => {})),
  });
  const market = rig.client.link.client(Market);
  const last = market.lastQuote({ symbol: "ACME" });
  const place = market.place({});
  place.catch(() => {});
  await rig.net.advance(10);
  isDown = false;
  rig.client.wires[0].cut();
  await expect(rig.net.until(place)).rejects.toMatchObject({ code: "unavailable" });
  expect((await rig.net.until(last)).symbol).toBe("ACME");
  await rig.net.advance(10_000);
  expect(rig.runs).toEqual(["last", "place", "last"]);
});

test("the deadline and the signal of a call that is made again stay what they were", async () => {
  const rig = await hanging({ lastQuote: () => new Promise(() => {}) });
  const market = rig.client.link.client(Market);
  const start = rig.net.clock.now();
  const aborter = new AbortController();
  const late = market.lastQuote({}, { timeoutMs: 5_000 });
  const left = market.lastQuote({}, { signal: aborter.signal });
  late.catch(() => {});
  left.catch(() => {});
  await rig.net.advance(1_000);
  rig.client.wires[0].cut();
  await rig.net.advance(10);
  aborter.abort();
  await expect(rig.net.until(left)).rejects.toMatchObject({ code: "cancelled" });
  await expect(rig.net.until(late)).rejects.toMatchObject({ code: "deadline_exceeded" });
  expect(rig.net.clock.now() - start).toBe(5_000);
});

test("a call without a deadline is not made again for ever, and closing ends it at once", async () => {
  for (const isClosed of [false, true]) {
    const rig = new MarketRig();
    const server = rig.market("memory://a", { lastQuote: rig.hang("last") });
    const { link } = await rig.connect();
    const call = link.client(Market).lastQuote({});
    call.catch(() => {});
    await rig.net.advance(10);
    await server.close();
    await rig.net.advance(100);
    const start = rig.net.clock.now();
    if (isClosed) await rig.net.until(link.close());
    await expect(rig.net.until(call)).rejects.toMatchObject({ code: "unavailable" });
    expect(rig.net.clock.now() - start).toBeLessThanOrEqual(isClosed ? 0 : 30_000);
    await rig.net.until(link.close());
    await rig.net.advance(10);
    expect(rig.net.clock.timers).toBe(0);
  }
});

test("a call is made five times at most", async () => {
  const rig = new MarketRig();
  rig.market("memory://a", { lastQuote: rig.hang("last") });
  const { link, wires } = await rig.connect();
  const call = link.client(Market).lastQuote({});
  call.catch(() => {});
  for (let i = 0; i < 8; i++) {
    await rig.net.advance(10);
    wires.at(-1)!.cut();
    await rig.net.advance(60_000);
  }
  await expect(rig.net.until(call)).rejects.toMatchObject({ code: "unavailable" });
  expect(rig.runs.length).toBe(5);
});

test("many calls that fail are not all made again: the budget is ten, and half of it is kept", async () => {
  const rig = new MarketRig();
  rig.market("memory://a", { lastQuote: rig.hang("last") });
  const { link, wires } = await rig.connect();
  const calls = Array.from({ length: 50 }, () => link.client(Market).lastQuote({}));
  for (const call of calls) call.catch(() => {});
  await rig.net.advance(10);
  wires[0].cut();
  await rig.net.advance(5_000);
  expect(rig.runs.length).toBe(50 + 4);
  const budget = new RetryBudget();
  const taken = Array.from({ length: 10 }, () => budget.take());
  expect(taken.filter(Boolean).length).toBe(4);
  for (let i = 0; i < 69; i++) budget.succeeded();
  expect(budget.take()).toBe(true);
  expect(budget.take()).toBe(false);
});

test("an idempotent stream is made again as long as none of its items has come, and is read as if nothing had been", async () => {
  let isDown = true;
  let sent = 0;
  const rig: Awaited<ReturnType<typeof hanging>> = await hanging({
    async *history({ symbol }) {
      rig.runs.push(symbol);
      if (symbol === "begun") yield { price: ++sent };
      if (isDown) await new Promise(() => {});
      yield { price: 7 };
      yield { price: 8 };
    },
  });
  const market = rig.client.link.client(Market);
  const [asked, batched, later, begun, left] = ["asked", "batched", "later", "begun", "left"].map((symbol) =>
    market.history({ symbol }),
  );
  const first = asked.next();
  const groups = (async () => {
    const prices: number[] = [];
    for await (const group of batched.batches()) prices.push(...group.map(({ price }) => price));
    return prices;
  })();
  expect((await rig.net.until(begun.next())).value).toMatchObject({ price: 1 });
  await rig.net.advance(10);
  isDown = false;
  rig.client.wires[0].cut();
  await rig.net.advance(1);
  await rig.net.until(left.return!());
  await expect(rig.net.until(begun.next())).rejects.toMatchObject({ code: "unavailable" });
  expect((await rig.net.until(first)).value).toMatchObject({ price: 7 });
  expect((await rig.net.until(asked.next())).value).toMatchObject({ price: 8 });
  expect((await rig.net.until(asked.next())).done).toBe(true);
  expect(await rig.net.until(groups)).toEqual([7, 8]);
  expect((await rig.net.until(later.next())).value).toMatchObject({ price: 7 });
  await rig.net.advance(10_000);
  expect(rig.runs.sort()).toEqual(["asked", "asked", "batched", "batched", "begun", "later", "later", "left"]);
});

test("what a handler answers with `unavailable` is not made again: it has run", async () => {
  const rig: Awaited<ReturnType<typeof hanging>> = await hanging({
    lastQuote() {
      rig.runs.push("last");
      throw new MillraceError("unavailable", "the exchange is closed");
    },
  });
  const call = rig.client.link.client(Market).lastQuote({});
  await expect(rig.net.until(call)).rejects.toThrow("[unavailable] the exchange is closed");
  await rig.net.advance(10_000);
  expect(rig.runs).toEqual(["last"]);
});

test("a request that does not encode rejects its call, also while it would be kept encoded", async () => {
  const net = new Network({ isDebugging: true });
  net.listen({ address: "memory://a" }).serve(Echo, handlers);
  const link = await net.connect("memory://a");
  const request = {
    get id(): number {
      throw new Error("there is none");
    },
  };
  await expect(link.client(Echo).unary(request)).rejects.toThrow("there is none");
});

test("requests of a stream that take no bytes are not kept without end", async () => {
  const requests = (function* () {
    for (;;) yield {};
  })();
  const replay = new Replay(requests, Payload);
  const iterator = replay[Symbol.asyncIterator]();
  for (let taken = 0; replay.isWhole && taken < 10_000; taken++) await iterator.next();
  expect(replay.isWhole).toBe(false);
});

test("closing ends a call at once that waits for its time to be made again, and leaves no timer", async () => {
  const rig = await hanging({ lastQuote: () => new Promise(() => {}) });
  const { link, wires } = rig.client;
  const calls = Array.from({ length: 4 }, () => link.client(Market).lastQuote({}));
  await rig.net.advance(10);
  wires[0].cut();
  await rig.net.advance(0);
  const ends = Promise.allSettled(calls);
  await link.close();
  await rig.net.advance(0);
  expect(rig.net.clock.timers).toBe(0);
  expect((await ends).map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
});
