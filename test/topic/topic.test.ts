import { describe, expect, it } from "vitest";
import { Market, type Quote } from "../../schemas/gen/market.js";
import { Prices } from "../../schemas/gen/prices.js";
import { type Gap, MillraceError, type Subscription, type TopicStore } from "../../src/index.js";
import { Network, VirtualClock } from "../../src/testing/index.js";
import { MemoryStore } from "../../src/topic/memory-store.js";
import { site } from "./support.js";

const ACME = { symbol: "ACME" };

describe("a topic", () => {
  it("gives each subscriber what is published to its key, in order, with offsets", async () => {
    const { net, topic, market } = await site();
    const acme = market.quotes(ACME);
    const other = market.quotes({ symbol: "OTHER" });
    await net.advance(10);
    expect(await topic.publish(ACME, { price: 1 })).toBe(0);
    expect(await topic.publish({ symbol: "OTHER" }, { price: 9 })).toBe(0);
    expect(await topic.publishMany(ACME, [{ price: 2 }, { price: 3 }])).toBe(1);
    expect(await net.until(take(acme, 3))).toEqual(["0 1", "1 2", "2 3"]);
    expect(await net.until(take(other, 1))).toEqual(["0 9"]);
    expect(topic.subscribers).toBe(2);
    expect(acme.position).toEqual({ epoch: acme.epoch, offset: 3 });
  });

  it("starts with new events, with the oldest kept, at an offset, or where another subscription ended", async () => {
    const { net, topic, market } = await site({ history: { events: 4 } });
    for (let price = 0; price < 6; price++) await topic.publish(ACME, { price });
    const fresh = market.quotes(ACME, { from: "latest" });
    const all = market.quotes(ACME, { from: "start" });
    const some = market.quotes(ACME, { from: 4 });
    expect(await net.until(take(all, 4))).toEqual(["2 2", "3 3", "4 4", "5 5"]);
    expect(await net.until(take(some, 2))).toEqual(["4 4", "5 5"]);
    const { position } = some;
    await net.until(some.return!());
    await topic.publish(ACME, { price: 6 });
    expect(await net.until(take(fresh, 1))).toEqual(["6 6"]);
    expect(await net.until(take(market.quotes(ACME, { from: position }), 1))).toEqual(["6 6"]);
  });

  it("tells which events have gone from the history, and ends without an onGap", async () => {
    const { net, topic, market } = await site({ history: { events: 2 } });
    for (let price = 0; price < 5; price++) await topic.publish(ACME, { price });
    const gaps: Gap[] = [];
    const told = market.quotes(ACME, { from: 1, onGap: (gap) => gaps.push(gap) });
    expect(await net.until(take(told, 2))).toEqual(["3 3", "4 4"]);
    expect(gaps).toEqual([{ reason: "expired", epoch: told.epoch, from: 1, to: 2 }]);
    const untold = market.quotes(ACME, { from: 1 });
    await expect(net.until(take(untold, 1))).rejects.toMatchObject({ code: "data_loss", text: /offset 1 to 2/ });
    await net.advance(10);
    expect(topic.subscribers).toBe(1);
  });

  it("shares a key that its store takes time to open with all who want it, whoever leaves meanwhile", async () => {
    const memory = new MemoryStore(new VirtualClock(), () => 0.5);
    let ready = (): void => {};
    const gate = new Promise<void>((resolve) => (ready = resolve));
    let logs = 0;
    const open: TopicStore["open"] = async (...given) => {
      const log = memory.open(...given);
      const close = log.close.bind(log);
      logs++;
      await gate;
      return Object.assign(log, { close: () => (logs--, close()) });
    };
    const store = { open, close: () => memory.close() };
    const { net, topic, market } = await site({ store });
    const left = market.quotes(ACME);
    const quotes = market.quotes(ACME);
    await net.advance(10);
    await net.until(left.return!());
    const published = topic.publish(ACME, { price: 1 });
    await net.advance(10);
    ready();
    expect(await published).toBe(0);
    expect(await net.until(take(quotes, 1))).toEqual(["0 1"]);
    expect([topic.keys, topic.subscribers]).toEqual([1, 1]);
    const late = topic.publish({ symbol: "LATE" }, {});
    topic.close();
    await expect(late).rejects.toMatchObject({ code: "unavailable" });
    expect(logs).toBe(0);
  });

  it("tells that what its store should have and does not give is lost, and goes on", async () => {
    const clock = new VirtualClock();
    const store = new MemoryStore(clock, () => 0.5);
    const open = store.open.bind(store);
    store.open = (...given) => Object.assign(open(...given), { read: () => {} });
    const { net, topic, market } = await site({ store });
    await topic.publishMany(ACME, [{ price: 0 }, { price: 1 }]);
    const gaps: Gap[] = [];
    const quotes = market.quotes(ACME, { from: "start", onGap: (gap) => gaps.push(gap) });
    await net.advance(10);
    await topic.publish(ACME, { price: 2 });
    expect(await net.until(take(quotes, 1))).toEqual(["2 2"]);
    expect(gaps).toEqual([{ reason: "expired", epoch: quotes.epoch, from: 0, to: 1 }]);
  });

  it("tells that a server has lost its history, and gives what the new one has", async () => {
    const first = await site();
    await first.topic.publishMany(ACME, [{ price: 1 }, { price: 2 }]);
    const before = first.market.quotes(ACME, { from: "start" });
    await first.net.until(take(before, 2));
    const second = await site({}, 2);
    await second.topic.publish(ACME, { price: 7 });
    const gaps: Gap[] = [];
    const from = before.position;
    const after = second.market.quotes(ACME, { from, onGap: (gap) => gaps.push(gap) });
    expect(await second.net.until(take(after, 1))).toEqual(["0 7"]);
    expect(gaps).toEqual([{ reason: "epoch", epoch: before.epoch, from: 2, to: Infinity }]);
    expect(after.epoch).not.toBe(before.epoch);
    const silent = second.market.quotes(ACME, { from });
    await expect(second.net.until(take(silent, 1))).rejects.toMatchObject({
      code: "data_loss",
      text: /has lost its history/,
    });
  });

  it("refuses offsets that are not there yet", async () => {
    const { net, market } = await site();
    const error = {
      code: "out_of_range",
      text: /offset 5 of market.Market\/Quotes is not there yet: the next one is 0/,
    };
    await expect(net.until(take(market.quotes(ACME, { from: 5 }), 1))).rejects.toMatchObject(error);
    await expect(net.until(take(market.quotes(ACME, { from: -1 }), 1))).rejects.toMatchObject({
      code: "invalid_argument",
    });
    await expect(net.until(take(market.quotes(ACME, { from: 2 ** 60 }), 1))).rejects.toMatchObject({
      code: "invalid_argument",
    });
  });

  it("keeps no key of a subscription that it refused, nor of an event that was not stored", async () => {
    const { net, topic, market } = await site({ maxKeys: 2, snapshot: () => [{}].values() });
    await topic.publish(ACME, { price: 1 });
    for (const symbol of ["A", "B", "C"]) {
      await net.until(market.quotes({ symbol }, { from: 5 }).next()).catch(() => {});
      await topic.publishMany({ symbol }, []);
    }
    expect(topic.keys).toBe(1);
    expect(await net.until(take(market.quotes(ACME, { from: 0 }), 1))).toEqual(["0 1"]);
  });

  it("gives two subscriptions of one link to one key each all events", async () => {
    const { net, topic, market } = await site();
    const both = [market.quotes(ACME), market.quotes(ACME)];
    await net.advance(10);
    await topic.publishMany(ACME, [{ price: 1 }, { price: 2 }]);
    for (const quotes of both) expect(await net.until(take(quotes, 2))).toEqual(["0 1", "1 2"]);
    await net.until(both[0].return!());
    await topic.publish(ACME, { price: 3 });
    expect(await net.until(take(both[1], 1))).toEqual(["2 3"]);
    await net.advance(10);
    expect(topic.subscribers).toBe(1);
  });

  it("hands out events in batches and to a callback, which is waited for", async () => {
    const { net, topic, market } = await site();
    await topic.publishMany(ACME, [{ price: 1 }, { price: 2 }, { price: 3 }]);
    const quotes = market.quotes(ACME, { from: "start" });
    await net.advance(10);
    for await (const batch of quotes.batches()) {
      expect(batch.map(({ price }) => price)).toEqual([1, 2, 3]);
      expect(quotes.offset).toBe(2);
      break;
    }
    const stop = new AbortController();
    const seen: string[] = [];
    const done = market.quotes(ACME, { from: 1, signal: stop.signal }).forEach(async ({ price }, offset) => {
      await Promise.resolve();
      seen.push(`${offset} ${price}`);
      if (price === 3) stop.abort();
    });
    await expect(net.until(done)).rejects.toMatchObject({ code: "cancelled" });
    expect(seen).toEqual(["1 2", "2 3"]);
  });

  it("gives the snapshot first, then all that comes, with nothing between left out", async () => {
    const last = new Map<string, Partial<Quote>>();
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const snapshot = ({ symbol }: { symbol: string }) => gate.then(() => [last.get(symbol) ?? {}]);
    const { net, topic, market } = await site({ snapshot });
    last.set("ACME", { price: 1 });
    await topic.publish(ACME, { price: 1 });
    const quotes = market.quotes(ACME);
    await net.advance(10);
    await topic.publish(ACME, { price: 2 });
    open();
    expect(await net.until(take(quotes, 2))).toEqual(["undefined 1", "1 2"]);
    await topic.publish(ACME, { price: 3 });
    expect(await net.until(take(quotes, 1))).toEqual(["2 3"]);
    const plain = market.quotes(ACME, { from: "latest" });
    await net.advance(10);
    await topic.publish(ACME, { price: 4 });
    expect(await net.until(take(plain, 1))).toEqual(["3 4"]);
  });

  it("gives the snapshot behind a gap, to those who come back too late", async () => {
    const { net, topic, market } = await site({ history: { events: 1 }, snapshot: () => [{ price: 99 }] });
    await topic.publishMany(ACME, [{ price: 0 }, { price: 1 }, { price: 2 }]);
    const gaps: Gap[] = [];
    const first = market.quotes(ACME, { from: 2 });
    expect(await net.until(take(first, 1))).toEqual(["2 2"]);
    const from = { epoch: first.epoch!, offset: 1 };
    const quotes = market.quotes(ACME, { from, onGap: (gap) => gaps.push(gap) });
    expect(await net.until(take(quotes, 1))).toEqual(["undefined 99"]);
    expect(gaps).toEqual([{ reason: "expired", epoch: first.epoch, from: 1, to: 2 }]);
    await topic.publish(ACME, { price: 3 });
    expect(await net.until(take(quotes, 1))).toEqual(["3 3"]);
  });

  it("reports a snapshot that does not encode, and says no more of it than that it failed", async () => {
    const { net, topic, market } = await site({ snapshot: () => [{ price: 1 }, { symbol: 5 as never }] });
    const quotes = market.quotes(ACME);
    expect(await net.until(take(quotes, 1))).toEqual(["undefined 1"]);
    await expect(net.until(quotes.next())).rejects.toMatchObject({ code: "internal" });
    expect(net.reports.join()).toMatch(/the handler of market.Market\/Quotes: .*the answer does not encode/);
    expect(topic.subscribers).toBe(0);
  });

  it("shows subscriptions to interceptors as calls, which let in, refuse and see the end", async () => {
    const seen: string[] = [];
    const net = new Network();
    const server = net.listen({
      interceptors: [
        async function* (step, next) {
          if (step.call.metadata["word"] !== "sesame")
            throw new MillraceError("permission_denied", "what is the word?");
          seen.push(`${step.method.kind} ${step.method.path}`);
          try {
            yield* next(step);
          } finally {
            seen.push("ended");
          }
        },
      ],
    });
    const topic = server.topic(Market.quotes);
    const market = (await net.connect(server)).client(Market);
    await expect(net.until(take(market.quotes(ACME), 1))).rejects.toMatchObject({ code: "permission_denied" });
    const quotes = market.quotes(ACME, { metadata: { word: "sesame" } });
    await net.advance(10);
    await topic.publish(ACME, { price: 1 });
    expect(await net.until(take(quotes, 1))).toEqual(["0 1"]);
    expect(seen).toEqual(["topic market.Market/Quotes"]);
    await net.until(quotes.return!());
    await net.advance(10);
    expect(seen).toEqual(["topic market.Market/Quotes", "ended"]);
    expect([topic.subscribers, net.reports]).toEqual([0, []]);
  });

  it("keeps nothing of what an interceptor tries again, and lets it try no more what was accepted", async () => {
    const net = new Network();
    const snapshots: Quote[][] = [[{ price: 1 }], [{ symbol: 5 }]] as never;
    const server = net.listen({
      interceptors: [
        async function* (step, next) {
          for (let tries = 0; tries < 3; tries++) {
            try {
              yield* next(step);
              return;
            } catch {}
          }
        },
      ],
    });
    let fails = 2;
    const topic = server.topic(Market.quotes, {
      slow: "wait",
      maxWaitingBytes: 0,
      snapshot() {
        if (fails-- > 0) throw new MillraceError("unavailable", "not now");
        return snapshots.shift()!;
      },
    });
    const link = await net.connect(server, { reconnect: false });
    const market = link.client(Market);
    const quotes = market.quotes(ACME);
    expect(await net.until(take(quotes, 1))).toEqual(["undefined 1"]);
    expect(await net.until(topic.publish(ACME, { price: 2 }))).toBe(0);
    expect(await net.until(take(quotes, 1))).toEqual(["0 2"]);
    await expect(net.until(market.quotes(ACME).next())).rejects.toMatchObject({ code: "internal" });
    expect([link.state, topic.subscribers]).toEqual(["open", 1]);
    await net.until(quotes.return!());
    await net.advance(10);
    expect(topic.subscribers).toBe(0);
  });

  it("lets interceptors of the client see each event, and knows the offset behind them", async () => {
    const net = new Network();
    const server = net.listen();
    const topic = server.topic(Market.quotes);
    const seen: object[] = [];
    const link = await net.connect(server, {
      interceptors: [
        async function* (step, next) {
          for await (const event of next(step)) yield (seen.push(event), event);
        },
      ],
    });
    const quotes = link.client(Market).quotes(ACME, { from: "start" });
    await topic.publishMany(ACME, [{ price: 1 }, { price: 2 }]);
    expect(await net.until(take(quotes, 2))).toEqual(["0 1", "1 2"]);
    expect([seen.length, quotes.position]).toEqual([2, { epoch: quotes.epoch, offset: 2 }]);
  });

  it.each([true, false])(
    "says behind interceptors where its reader is, who has none yet (reconnect: %s)",
    async (reconnect) => {
      const net = new Network();
      const server = net.listen();
      const topic = server.topic(Market.quotes);
      const link = await net.connect(server, { reconnect, interceptors: [(step, next) => next(step)] });
      const market = link.client(Market);
      const quotes = market.quotes(ACME, { from: "latest" });
      await net.advance(10);
      const from = quotes.position;
      expect(from?.offset).toBe(0);
      await topic.publishMany(ACME, [{ price: 1 }, { price: 2 }]);
      const late = market.quotes(ACME, { from });
      await net.advance(10);
      for (const unread of [quotes, late])
        expect([unread.offset, unread.position?.offset ?? 0]).toEqual([undefined, 0]);
      expect(await net.until(take(late, 1))).toEqual(["0 1"]);
      for await (const [{ price }] of quotes.batches()) {
        expect([price, quotes.offset, quotes.position]).toEqual([1, 0, { ...from, offset: 1 }]);
        break;
      }
    },
  );

  it("refuses what cannot be published, and publishes nothing of it", async () => {
    const { net, server, topic, market } = await site({ maxEventBytes: 100 }, 1, { reconnect: false });
    const quotes = market.quotes(ACME);
    await net.advance(10);
    const long = { symbol: "x".repeat(100) };
    const over = { code: "resource_exhausted", text: /an event of 102 bytes is over the 100 of .*raise maxEventBytes/ };
    await expect(topic.publish(ACME, long)).rejects.toMatchObject(over);
    await expect(topic.publishMany(ACME, [{ price: 1 }, long])).rejects.toMatchObject(over);
    await expect(topic.publish({ symbol: "x".repeat(2000) }, {})).rejects.toMatchObject({ code: "invalid_argument" });
    await topic.publish(ACME, { price: 2 });
    expect(await net.until(take(quotes, 1))).toEqual(["0 2"]);
    expect(() => server.topic(Market.quotes)).toThrow(/already_exists.*market.Market\/Quotes has a handler already/);
    topic.close();
    await expect(net.until(take(quotes, 1))).rejects.toMatchObject({ code: "unavailable" });
    await expect(topic.publish(ACME, {})).rejects.toMatchObject({ code: "unavailable" });
  });

  it("delivers what its store keeps, also where what is published again has more events than before", async () => {
    const { net, topic, market } = await site();
    const quotes = market.quotes(ACME);
    await net.advance(10);
    const [first, second] = [1, 2].map((sequence) => ({ publisher: "ann", sequence }));
    expect(await topic.publishMany(ACME, [], first)).toBe(0);
    expect(await topic.publishMany(ACME, [{ price: 1 }], first)).toBe(0);
    expect(await topic.publishMany(ACME, [{ price: 2 }], second)).toBe(1);
    expect(await topic.publishMany(ACME, [{ price: 2 }, { price: 3 }], second)).toBe(1);
    expect(await topic.publish(ACME, { price: 4 })).toBe(2);
    const events = ["0 1", "1 2", "2 4"];
    expect(await net.until(take(quotes, 3))).toEqual(events);
    expect(await net.until(take(market.quotes(ACME, { from: "start" }), 3))).toEqual(events);
  });

  it("has keys and events of FlatBuffers as well", async () => {
    const net = new Network();
    const server = net.listen();
    const topic = server.topic(Prices.quotes);
    const prices = (await net.connect(server)).client(Prices);
    const quotes = prices.quotes({ symbol: "ACME" });
    await net.advance(10);
    await topic.publishMany(
      { symbol: "ACME" },
      [1, 2].map((price) => ({ symbol: "ACME", price })),
    );
    for (const price of [1, 2]) expect((await net.until(quotes.next())).value.price).toBe(price);
    expect([topic.keys, quotes.offset]).toEqual([1, 1]);
  });

  it("is unimplemented where nobody has started it", async () => {
    const net = new Network();
    const market = (await net.connect(net.listen())).client(Market);
    await expect(net.until(take(market.quotes(ACME), 1))).rejects.toMatchObject({ code: "unimplemented" });
  });

  it("forgets keys that nobody published to, and above maxKeys the history of one without subscribers", async () => {
    const { net, topic, market } = await site({ maxKeys: 2 });
    const quotes = market.quotes({ symbol: "A" });
    await net.advance(10);
    expect(topic.keys).toBe(1);
    await net.until(quotes.return!());
    await net.advance(10);
    expect(topic.keys).toBe(0);
    for (const symbol of ["A", "B", "C"]) await topic.publish({ symbol }, { price: 1 });
    expect(topic.keys).toBe(2);
    expect(await topic.publish({ symbol: "A" }, {})).toBeGreaterThan(0);
    const both = ["D", "E"].map((symbol) => market.quotes({ symbol }));
    await net.advance(10);
    const none = market.quotes({ symbol: "F" });
    await expect(net.until(take(none, 1))).rejects.toMatchObject({ code: "resource_exhausted" });
    expect(both).toHaveLength(2);
  });

  it("drops the history of a key without subscribers also where very many others have some", async () => {
    const { net, topic, market } = await site({ maxKeys: 1_501 });
    const quotes = Array.from({ length: 1_500 }, (_, i) => market.quotes({ symbol: `used ${i}` }));
    await net.advance(100);
    for (let i = 0; i < 5; i++) expect(await topic.publish({ symbol: `new ${i}` }, {})).toBe(i);
    expect([topic.keys, topic.subscribers]).toEqual([1_501, quotes.length]);
    topic.close();
    expect([topic.keys, topic.subscribers]).toEqual([0, 0]);
  });

  it("refuses options that are none", async () => {
    const server = new Network().listen();
    for (const options of [{ slow: "never" }, { history: { days: 1 } }, { maxEventBytes: 2 ** 20 }, { maxKeys: 0.5 }]) {
      expect(() => server.topic(Market.quotes, options as object)).toThrow(/invalid_argument/);
    }
    expect(() => server.topic(Market.quotes, { conflateBy: () => 1 })).toThrow(/conflateBy is for slow: "conflate"/);
  });
});

async function take(quotes: Subscription<Quote>, count: number): Promise<string[]> {
  const seen: string[] = [];
  while (seen.length < count) {
    const { done, value } = await quotes.next();
    if (done) return [...seen, "the end"];
    seen.push(`${quotes.offset} ${value.price}`);
  }
  return seen;
}
