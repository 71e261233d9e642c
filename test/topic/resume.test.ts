import { describe, expect, it, vi } from "vitest";
import { Market } from "../../schemas/gen/market.js";
import { type Gap, MillraceError } from "../../src/index.js";
import { Network, VirtualClock } from "../../src/testing/index.js";
import { MemoryStore } from "../../src/topic/memory-store.js";
import { heldBy } from "../support/signals.js";
import { site } from "./support.js";

const ACME = { symbol: "ACME" };

/** Servers at one address after each other, and a client that connects again. */
async function stage(seed = 1) {
  const net = new Network({ seed });
  const server = net.listen({ address: "memory://a" });
  const topic = server.topic(Market.quotes, { history: { events: 1000 } });
  const { link, wires } = net.dial("memory://a");
  const market = (await net.until(link)).client(Market);
  return { net, server, topic, link: await link, wires, market };
}

describe("a subscription over a link that reconnects", () => {
  it.each([1, 2, 3, 4, 5])(
    "gets each event once and in order, however often its connection is cut: seed %i",
    async (seed) => {
      const { net, topic, wires, market } = await stage(seed);
      const seen: string[] = [];
      const quotes = market.quotes(ACME, { from: "start" });
      void quotes.forEach(({ price }, offset) => void seen.push(`${offset} ${price}`)).catch(() => {});
      for (let price = 0; price < 300; price++) {
        await topic.publish(ACME, { price });
        if (net.random.chance(0.05)) wires.at(-1)!.cut();
        await net.advance(net.random.int(0, 300));
      }
      await net.advance(60_000);
      expect(seen).toEqual(Array.from({ length: 300 }, (_, i) => `${i} ${i}`));
      expect(wires.length).toBeGreaterThan(5);
    },
  );

  it("says where to go on also before the first event, and stays where it is to start until it has got on", async () => {
    const { net, topic, market } = await site({ history: { events: 1 }, snapshot: () => [{ price: 7 }, { price: 8 }] });
    const quiet = market.quotes(ACME, { from: "latest" });
    await net.advance(10);
    const from = { epoch: quiet.epoch!, offset: 0 };
    expect(quiet.position).toEqual(from);
    await topic.publishMany(ACME, [{ price: 1 }, { price: 2 }]);
    const late = market.quotes(ACME, { from, onGap: () => {} });
    expect([late.position, late.epoch]).toEqual([from, undefined]);
    expect([(await net.until(late.next())).value.price, late.position, late.epoch]).toEqual([7, from, from.epoch]);
    await net.until(late.next());
    expect(late.position).toEqual({ ...from, offset: 2 });
  });

  it("goes on in batches, too, and leaves nothing behind when it is left", async () => {
    const { net, topic, wires, market } = await stage();
    const prices: number[] = [];
    const reading = (async () => {
      for await (const batch of market.quotes(ACME).batches()) {
        for (const { price } of batch) prices.push(price);
        if (prices.includes(3)) break;
      }
    })();
    await net.advance(10);
    await topic.publishMany(ACME, [{ price: 1 }, { price: 2 }]);
    await net.advance(10);
    wires[0].cut();
    await topic.publish(ACME, { price: 3 });
    await net.until(reading);
    expect(prices).toEqual([1, 2, 3]);
    await net.advance(1000);
    expect(topic.subscribers).toBe(0);
  });

  it("tells what is lost with a server that kept its history in memory", async () => {
    const { net, server, topic, market } = await stage();
    const gaps: Gap[] = [];
    const seen: string[] = [];
    const quotes = market.quotes(ACME, { onGap: (gap) => gaps.push(gap) });
    void quotes.forEach(({ price }, offset) => void seen.push(`${offset} ${price}`)).catch(() => {});
    const silent = market.quotes(ACME);
    await net.advance(10);
    await topic.publishMany(ACME, [{ price: 1 }, { price: 2 }]);
    await net.advance(10);
    const { epoch } = quotes;
    await net.until(silent.next());
    await net.until(silent.next());
    await net.until(server.close());
    const next = net.listen({ address: "memory://a" }).topic(Market.quotes);
    await next.publish(ACME, { price: 7 });
    await net.advance(60_000);
    expect(seen).toEqual(["0 1", "1 2", "0 7"]);
    expect(gaps).toEqual([{ reason: "epoch", epoch, from: 2, to: Infinity }]);
    await expect(net.until(silent.next())).rejects.toMatchObject({ code: "data_loss" });
  });

  it("moves to another server when its own drains, at once and without losing an event", async () => {
    const { net, server, topic, market } = await stage();
    const seen: string[] = [];
    const quotes = market.quotes(ACME, { onGap: ({ reason, from }) => seen.push(`${reason} ${from}`) });
    void quotes.forEach(({ price }, offset) => void seen.push(`${offset} ${price}`)).catch(() => {});
    await net.advance(10);
    await topic.publish(ACME, { price: 1 });
    await net.advance(10);
    const drained = server.drain({ graceMs: 10_000 });
    await net.until(drained, 5_000);
    await net.listen({ address: "memory://a" }).topic(Market.quotes).publish(ACME, { price: 2 });
    await net.advance(10_000);
    expect(seen).toEqual(["0 1", "epoch 1", "0 2"]);
  });

  it("is not let in any more by a server that drains while interceptors look at it, and holds up nobody", async () => {
    const net = new Network();
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const server = net.listen({
      address: "memory://a",
      interceptors: [
        async function* (step, next) {
          await gate;
          yield* next(step);
        },
      ],
    });
    server.topic(Market.quotes);
    const market = (await net.until(net.dial("memory://a").link)).client(Market);
    const next = market.quotes(ACME, { from: "start" }).next();
    await net.advance(10);
    const drained = server.drain({ graceMs: 600_000 });
    await net.advance(10);
    open();
    await net.until(drained, 5_000);
    await net.listen({ address: "memory://a" }).topic(Market.quotes).publish(ACME, { price: 2 });
    expect((await net.until(next)).value.price).toBe(2);
  });

  it("waits longer and longer for a server that does not have the topic yet, and ends with the link", async () => {
    const { net, topic, link, market } = await stage();
    topic.close();
    const quotes = market.quotes(ACME);
    const next = quotes.next();
    next.catch(() => {});
    await net.advance(40_000);
    const { framesOut } = link.stats;
    expect(framesOut).toBeLessThan(20);
    await net.until(link.close());
    const closed = net.clock.now();
    await expect(net.until(next)).rejects.toMatchObject({ code: "unavailable" });
    expect(net.clock.now()).toBe(closed);
  });

  it("gives all who wait for the next event one each, though the connection is lost meanwhile", async () => {
    const { net, topic, wires, market } = await stage();
    const quotes = market.quotes(ACME);
    const prices = Array.from({ length: 3 }, async () => (await quotes.next()).value?.price);
    await net.advance(10);
    wires[0].cut();
    await net.advance(5_000);
    await topic.publishMany(ACME, [{ price: 1 }, { price: 2 }, { price: 3 }]);
    expect(await net.until(Promise.all(prices))).toEqual([1, 2, 3]);
    const ends = [quotes.next(), quotes.next()];
    await net.until(quotes.return!());
    expect((await net.until(Promise.all(ends))).map(({ done }) => done)).toEqual([true, true]);
  });

  it("waits for a connection, or to try again, together with all others of its link", async () => {
    const { net, topic, link, wires, market } = await stage();
    const all = Array.from({ length: 100 }, () => market.quotes(ACME));
    await net.advance(2_000);
    const listening = vi.spyOn(link, "onState");
    const events = all.map((quotes) => quotes.next());
    wires[0].cut();
    await net.advance(10);
    expect([listening.mock.calls.length, topic.subscribers]).toEqual([1, 0]);
    await net.advance(10_000);
    await topic.publish(ACME, { price: 1 });
    expect((await net.until(Promise.all(events))).map(({ value }) => value.price)).toEqual(all.map(() => 1));
    for (const quotes of all) quotes.next().catch(() => {});
    topic.close();
    await net.advance(500);
    expect(listening.mock.calls.length).toBeLessThan(5);
  });

  it("waits longer and longer for a server that accepts it and cannot read its history", async () => {
    const store = new MemoryStore(new VirtualClock(), () => 0.5);
    const open = store.open.bind(store);
    let isDown = true;
    store.open = (...given) => {
      const log = open(...given);
      const read = log.read.bind(log);
      return Object.assign(log, {
        read(...asked: Parameters<typeof read>) {
          if (isDown) throw new MillraceError("unavailable", "the disk is away");
          return read(...asked);
        },
      });
    };
    const { net, topic, link, market } = await site({ store });
    await topic.publish(ACME, { price: 1 });
    const next = market.quotes(ACME, { from: "start" }).next();
    await net.advance(40_000);
    expect(link.stats.framesOut).toBeLessThan(30);
    isDown = false;
    expect((await net.until(next, 30_000)).value.price).toBe(1);
  });

  it("is given the snapshot once more when its connection is lost before all of it was there", async () => {
    const net = new Network();
    const server = net.listen();
    let ready = (): void => {};
    const gate = new Promise<void>((resolve) => (ready = resolve));
    const currency = "x".repeat(1000);
    const snapshot = () => gate.then(() => Array.from({ length: 40 }, (_, price) => ({ price, currency })));
    const topic = server.topic(Market.quotes, { snapshot });
    const limits = { streamWindowBytes: 16_384, maxStreamWindowBytes: 16_384 };
    const { link, wires } = net.dial(server, { limits });
    const quotes = (await net.until(link)).client(Market).quotes(ACME);
    const next = async () => [
      (await net.until(quotes.next(), 5_000)).value.price,
      quotes.offset,
      quotes.position?.offset,
    ];
    const first = next();
    await net.advance(10);
    wires.at(-1)!.cut();
    ready();
    expect(await first).toEqual([0, undefined, undefined]);
    wires.at(-1)!.cut();
    await net.advance(1_000);
    const seen: unknown[] = [];
    while (seen.at(-1) !== 39) seen.push((await next())[0]);
    const again = seen.indexOf(0);
    expect(seen.slice(0, again)).toEqual(Array.from({ length: again }, (_, i) => i + 1));
    expect(seen.slice(again)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect([quotes.offset, quotes.position?.offset, quotes.epoch !== undefined]).toEqual([undefined, 0, true]);
    wires.at(-1)!.cut();
    await topic.publish(ACME, { price: 40 });
    expect(await next()).toEqual([40, 0, 1]);
  });

  it("does not subscribe again when it is left while it waits to", async () => {
    const net = new Network();
    let isRefused = true;
    const server = net.listen({
      interceptors: [
        async function* (step, next) {
          if (isRefused) throw new MillraceError("unavailable", "come back later");
          yield* next(step);
        },
      ],
    });
    const topic = server.topic(Market.quotes);
    const quotes = (await net.connect(server)).client(Market).quotes(ACME);
    const next = quotes.next();
    await net.advance(10);
    isRefused = false;
    await net.until(quotes.return!());
    expect(await net.until(next)).toEqual({ done: true, value: undefined });
    await net.advance(10);
    expect(topic.subscribers).toBe(0);
  });

  it("leaves nothing with its signal when it has gone on over another connection, and is left", async () => {
    const { net, wires, market } = await stage();
    const { signal } = new AbortController();
    const quotes = market.quotes(ACME, { signal });
    const next = quotes.next();
    next.catch(() => {});
    await net.advance(10);
    wires[0].cut();
    await net.advance(10_000);
    expect(wires.length).toBe(2);
    await net.until(quotes.return!());
    await net.advance(10);
    expect(heldBy(signal)).toBe(0);
  });

  it.each([
    ["cancelled", (call: AbortController) => call.abort()],
    ["deadline_exceeded", () => {}],
  ])("ends with the call that it is made for, which is %s, also while there is no connection", async (code, end) => {
    const { net, server, market } = await stage();
    const ends: unknown[] = [];
    const front = net.listen();
    front.serve(Market, {
      async lastQuote(key, call) {
        await market
          .quotes(key, { via: call })
          .forEach(() => {})
          .catch((error: MillraceError) => ends.push(error.code));
        return {};
      },
      history: () => [],
      place: () => ({}),
    });
    const stop = new AbortController();
    const asked = (await net.connect(front)).client(Market).lastQuote(ACME, { signal: stop.signal, timeoutMs: 5_000 });
    asked.catch(() => {});
    await net.advance(10);
    await net.until(server.close());
    await net.advance(1_000);
    expect(ends).toEqual([]);
    end(stop);
    await expect(net.until(asked)).rejects.toMatchObject({ code });
    await net.advance(10);
    expect(ends).toEqual([code]);
  });

  it("ends at its deadline, by its signal, and when it is left, also while there is no connection", async () => {
    const { net, server, market } = await stage();
    const stop = new AbortController();
    const late = market.quotes(ACME, { timeoutMs: 5_000 });
    const stopped = market.quotes(ACME, { signal: stop.signal });
    const left = market.quotes(ACME);
    await net.advance(10);
    await net.until(server.close());
    const ends = [late, stopped, left].map((quotes) => quotes.next());
    for (const end of ends) end.catch(() => {});
    await net.advance(1_000);
    stop.abort();
    await expect(net.until(ends[1])).rejects.toMatchObject({ code: "cancelled" });
    await net.until(left.return!());
    expect(await net.until(ends[2])).toEqual({ done: true, value: undefined });
    const wrong = { code: "deadline_exceeded", text: /market.Market\/Quotes/ };
    await expect(net.until(ends[0], 5_000)).rejects.toMatchObject(wrong);
  });
});
