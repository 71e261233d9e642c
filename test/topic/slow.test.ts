import { describe, expect, it } from "vitest";
import { Market, type MarketClient, type Quote, type Symbol } from "../../schemas/gen/market.js";
import {
  type Gap,
  publicationOf,
  Publisher,
  type Subscription,
  type Topic,
  type TopicOptions,
} from "../../src/index.js";
import { Network } from "../../src/testing/index.js";
import { site } from "./support.js";

const ACME = { symbol: "ACME" };
const COUNT = 200;
/** So few bytes that a reader that stops is behind soon. */
const limits = { streamWindowBytes: 16_384, maxStreamWindowBytes: 16_384 };

/** One subscriber that reads nothing yet, one on another link that reads all, and some hundred events of 1 KB. */
async function stage(options: TopicOptions<Symbol, Quote>, maxWaitingEventBytes?: number) {
  const net = new Network(maxWaitingEventBytes === undefined ? {} : { maxWaitingEventBytes });
  const server = net.listen();
  const topic = server.topic(Market.quotes, { maxWaitingBytes: 20_000, ...options });
  const markets: MarketClient[] = [];
  for (let i = 0; i < 2; i++) markets.push((await net.connect(server, { limits })).client(Market));
  const gaps: Gap[] = [];
  const slow = markets[0].quotes(ACME, { onGap: (gap) => gaps.push(gap) });
  const healthy: number[] = [];
  void markets[1].quotes(ACME).forEach(({ price }) => void healthy.push(price));
  await net.advance(10);
  return { net, topic, slow, gaps, healthy, used: () => net.runtime.waitingEvents.usedBytes };
}

async function publish(net: Network, topic: Topic<Symbol, Quote>, count = COUNT): Promise<void> {
  for (let price = 0; price < count; price++) {
    void topic.publish(ACME, { price, symbol: `S${price % 5}`, currency: "x".repeat(1000) });
    await net.advance(1);
  }
}

/** Reads until the event with the last price, and gives all offsets. */
async function readAll(quotes: Subscription<Quote>, last = COUNT - 1): Promise<number[]> {
  const offsets: number[] = [];
  for await (const { price } of quotes) {
    offsets.push(quotes.offset!);
    expect(price).toBe(quotes.offset);
    if (price === last) break;
  }
  return offsets;
}

const all = (count = COUNT): number[] => Array.from({ length: count }, (_, i) => i);
const missing = (gaps: readonly Gap[]): number[] =>
  gaps.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

describe("a subscriber that does not read", () => {
  it("never delays one that does, and holds no more than its bound", async () => {
    const { net, topic, healthy, used } = await stage({});
    for (let price = 0; price < COUNT; price++) {
      await topic.publish(ACME, { price, currency: "x".repeat(1000) });
      await net.advance(1);
      expect(healthy.length).toBe(price + 1);
      expect(used()).toBeLessThanOrEqual(20_000);
    }
    expect(used()).toBeGreaterThan(15_000);
  });

  it("misses the oldest of what waits with drop-oldest, and is told which", async () => {
    const { net, topic, slow, gaps, used } = await stage({ slow: "drop-oldest" });
    await publish(net, topic);
    const offsets = await net.until(readAll(slow));
    expect(sorted([...offsets, ...missing(gaps)])).toEqual(all());
    expect(gaps.map(({ reason }) => reason)).toEqual(["dropped"]);
    expect(offsets.length).toBeLessThan(60);
    expect(offsets.slice(-15)).toEqual(all().slice(-15));
    await net.advance(10);
    expect([used(), topic.subscribers]).toEqual([0, 1]);
  });

  it("misses the newest with drop-newest, and is told so when there is room, not with the next event", async () => {
    const { net, topic, slow, gaps } = await stage({ slow: "drop-newest" });
    await publish(net, topic);
    const reading = readAll(slow, COUNT);
    await net.advance(1000);
    expect(gaps.map(({ to }) => to)).toEqual([COUNT - 1]);
    await topic.publish(ACME, { price: COUNT });
    const offsets = await net.until(reading);
    expect(sorted([...offsets, ...missing(gaps)])).toEqual(all(COUNT + 1));
    expect(offsets.slice(0, 30)).toEqual(all().slice(0, 30));
  });

  it("gets the newest of each key with conflate, and needs no onGap for that", async () => {
    const { net, topic, slow, gaps } = await stage({ slow: "conflate", conflateBy: ({ symbol }) => symbol });
    await publish(net, topic);
    const offsets = await net.until(readAll(slow));
    expect(offsets.slice(-5)).toEqual(all().slice(-5));
    expect(offsets.length).toBeLessThan(45);
    expect(sorted([...offsets, ...missing(gaps)])).toEqual(all());
    expect(new Set(gaps.map(({ reason }) => reason))).toEqual(new Set(["conflated"]));
  });

  it("loses its subscription with close, behind what was sent before", async () => {
    const { net, topic, slow, used } = await stage({ slow: "close" });
    await publish(net, topic);
    const refused = { code: "resource_exhausted", text: /more than 20000 bytes of events wait/ };
    await expect(net.until(readAll(slow))).rejects.toMatchObject(refused);
    expect([used(), topic.subscribers]).toEqual([0, 1]);
  });

  it("slows its publisher with wait, and loses nothing", async () => {
    const { net, topic, slow, gaps, used } = await stage({ slow: "wait" });
    let published = 0;
    const publishing = (async () => {
      for (let price = 0; price < COUNT; price++) {
        await topic.publish(ACME, { price, currency: "x".repeat(1000) });
        published++;
      }
    })();
    await net.advance(1000);
    const stopped = published;
    expect(stopped).toBeLessThan(70);
    await net.advance(1000);
    expect(published).toBe(stopped);
    expect(used()).toBeLessThan(45_000);
    await expect(topic.publish(ACME, {})).rejects.toMatchObject({ code: "resource_exhausted" });
    expect(await net.until(readAll(slow))).toEqual(all());
    await net.until(publishing);
    expect(gaps).toEqual([]);
  });

  it.each([20_000, 0])("never has a publisher refused with wait that awaits each event: %i may wait", async (most) => {
    const { net, topic, slow } = await stage({ slow: "wait", maxWaitingBytes: most });
    let reading: Promise<number[]> | undefined;
    for (let price = 0; price < COUNT; price++) {
      let isDone = false;
      const publishing = topic.publish(ACME, { price, currency: "x".repeat(1000) }).then(() => (isDone = true));
      publishing.catch(() => {});
      await net.advance(1);
      if (isDone) continue;
      reading ??= readAll(slow);
      await net.until(publishing);
    }
    expect(await net.until(reading!)).toEqual(all());
  });

  it("lets a publisher that a client calls try again with wait, so that it never gives up what is published", async () => {
    const { net, server, topic, link } = await site({ slow: "wait", maxWaitingBytes: 5_000 });
    server.serve(Market, {
      lastQuote: () => ({}),
      history: () => [],
      async place({ quantity }, call) {
        const event = { price: quantity, currency: "x".repeat(1000) };
        return { orderId: BigInt(await topic.publish(ACME, event, publicationOf(call))) };
      },
    });
    const slow = (await net.connect(server, { limits })).client(Market).quotes(ACME);
    await net.advance(10);
    const market = link.client(Market);
    const publisher = new Publisher(link, (quantity: number, options) => market.place({ quantity }, options), {
      attemptTimeoutMs: 1_000,
    });
    const offsets = Promise.all(all(60).map(async (price) => Number((await publisher.publish(price)).orderId)));
    offsets.catch(() => {});
    await net.advance(60_000);
    expect(await net.until(readAll(slow, 59), 600_000)).toEqual(all(60));
    expect(await net.until(offsets)).toEqual(all(60));
  });

  it("lets its publisher go on with wait when it leaves", async () => {
    const { net, topic, slow } = await stage({ slow: "wait" });
    const publishing = Promise.all(all(50).map((price) => topic.publish(ACME, { price, currency: "x".repeat(2000) })));
    publishing.catch(() => {});
    await net.advance(1000);
    const waiting = topic.publish(ACME, { price: 50 });
    waiting.catch(() => {});
    await net.until(slow.return!());
    await net.advance(1000);
    expect(topic.subscribers).toBe(1);
    expect(await topic.publish(ACME, { price: 51 })).toBeGreaterThan(0);
  });

  it("shares one bound with all others of the process", async () => {
    const { net, topic, slow, gaps, used } = await stage({ maxWaitingBytes: 1_000_000 }, 10_000);
    for (let price = 0; price < COUNT; price++) {
      await topic.publish(ACME, { price, currency: "x".repeat(1000) });
      await net.advance(1);
      expect(used()).toBeLessThanOrEqual(10_000);
    }
    const offsets = await net.until(readAll(slow));
    expect(sorted([...offsets, ...missing(gaps)])).toEqual(all());
  });

  it("leaves nothing behind when its connection is lost", async () => {
    const net = new Network();
    const server = net.listen();
    const topic = server.topic(Market.quotes);
    const { link, wires } = net.dial(server, { limits, reconnect: false });
    const quotes = (await net.until(link)).client(Market).quotes(ACME);
    await net.advance(10);
    await publish(net, topic, 100);
    expect(net.runtime.waitingEvents.usedBytes).toBeGreaterThan(0);
    wires[0].cut();
    await net.advance(1000);
    expect([net.runtime.waitingEvents.usedBytes, topic.subscribers, net.runtime.slabs.leased]).toEqual([0, 0, 0]);
    await expect(net.until(readAll(quotes))).rejects.toMatchObject({ code: "unavailable" });
  });

  it("gets the past as fast as it reads, and what has gone from it meanwhile as a gap", async () => {
    const net = new Network();
    const server = net.listen();
    const topic = server.topic(Market.quotes, { history: { events: 100, bytes: 1e9 } });
    const market = (await net.connect(server, { limits })).client(Market);
    for (let price = 0; price < 100; price++) await topic.publish(ACME, { price, currency: "x".repeat(1000) });
    const gaps: Gap[] = [];
    const quotes = market.quotes(ACME, { from: "start", onGap: (gap) => gaps.push(gap) });
    await net.advance(100);
    for (let price = 100; price < 180; price++) await topic.publish(ACME, { price, currency: "x".repeat(1000) });
    expect(net.runtime.waitingEvents.usedBytes).toBe(0);
    const offsets = await net.until(readAll(quotes, 179));
    expect(gaps).toMatchObject([{ reason: "expired", to: 79 }]);
    expect(sorted([...offsets, ...missing(gaps)])).toEqual(all(180));
    await topic.publish(ACME, { price: 180 });
  });

  it("may subscribe again over the same link before it has read what came before its end", async () => {
    const { net, topic, link, market } = await site({ slow: "close", maxWaitingBytes: 5_000 }, 1, { limits });
    const closed = market.quotes(ACME);
    await net.advance(10);
    await publish(net, topic, 50);
    const again = market.quotes(ACME);
    await net.advance(10);
    await topic.publish(ACME, { price: 50 });
    expect((await net.until(again.next())).value.price).toBe(50);
    await expect(net.until(readAll(closed))).rejects.toMatchObject({ code: "resource_exhausted" });
    expect([link.state, topic.subscribers, net.runtime.waitingEvents.usedBytes]).toEqual(["open", 1, 0]);
  });

  it("may subscribe again over the same link when there is no room yet to tell it why it was ended", async () => {
    const net = new Network();
    const server = net.listen({ limits: { highWaterBytes: 60_000, maxUnsentBytes: 100_000 } });
    const topic = server.topic(Market.quotes, { slow: "close", maxWaitingBytes: 5_000 });
    const { link: connecting, wire } = net.dial(server, { faultsToClient: { bufferBytes: 4096 } });
    const link = await net.until(connecting);
    const market = link.client(Market);
    // Another one keeps the number of the feed in use.
    const healthy = (await net.connect(server)).client(Market).quotes(ACME);
    void healthy.forEach(() => {});
    const closed = market.quotes(ACME);
    await net.advance(10);
    wire.stall(1_000, "toClient");
    await publish(net, topic, 100);
    expect(topic.subscribers).toBe(1);
    const again = market.quotes(ACME);
    await net.advance(2_000);
    await topic.publish(ACME, { price: 100 });
    expect((await net.until(again.next())).value.price).toBe(100);
    await expect(net.until(readAll(closed))).rejects.toMatchObject({ code: "resource_exhausted" });
    expect([link.state, topic.subscribers, net.runtime.waitingEvents.usedBytes]).toEqual(["open", 2, 0]);
  });

  it("gets each event once, though it catches up while the next one is published", async () => {
    const { net, topic, link, market } = await site({ slow: "drop-newest", maxWaitingBytes: 0 }, 1, { limits });
    const gaps: Gap[] = [];
    const quotes = market.quotes(ACME, { onGap: (gap) => gaps.push(gap) });
    await net.advance(10);
    // The first is longer than its link takes, and leaves when the second comes.
    void topic.publish(ACME, { price: 0, currency: "x".repeat(30_000) });
    void topic.publish(ACME, { price: 1 });
    await net.advance(10);
    await net.until(quotes.next());
    expect([quotes.offset, link.state]).toEqual([1, "open"]);
    expect(gaps).toEqual([{ reason: "dropped", epoch: quotes.epoch, from: 0, to: 0 }]);
  });

  it("is sent no more than it granted, though an event follows a gap", async () => {
    const { net, topic, link, market } = await site({ maxWaitingBytes: 25_000 }, 1, { limits, reconnect: false });
    const gaps: Gap[] = [];
    const quotes = market.quotes(ACME, { onGap: (gap) => gaps.push(gap) });
    await net.advance(10);
    // The first two leave some credit when one of them is read; the third is dropped for the last, which takes all of it.
    for (const bytes of [8_200, 12_032, 24_000, 22_640]) {
      await topic.publish(ACME, eventOf(bytes));
      await net.advance(5);
    }
    for (const offset of [0, 1, 3]) {
      await net.until(quotes.next());
      expect(quotes.offset).toBe(offset);
      await net.advance(5);
    }
    expect([link.state, gaps.length]).toEqual(["open", 1]);
  });

  it("is sent no more than its link granted, though its first bytes need no credit of the link", async () => {
    const narrow = { linkWindowBytes: 16_384, maxLinkBufferedBytes: 16_384 };
    const { net, topic, link, market } = await site({}, 1, { limits: narrow, reconnect: false });
    const unread = market.quotes(ACME);
    await net.advance(10);
    await publish(net, topic, 100);
    const fresh = market.quotes({ symbol: "B" });
    await net.advance(10);
    for (let price = 0; price < 60; price++) void topic.publish({ symbol: "B" }, { price, currency: "x".repeat(1000) });
    await net.advance(10);
    expect(link.state).toBe("open");
    await net.until(unread.return!());
    expect(await net.until(readAll(fresh, 59))).toEqual(all(60));
  });
});

/** An event whose frame is so long. */
function eventOf(frameBytes: number): Partial<Quote> {
  const rest = { price: 1, currency: "" };
  const headBytes = 24 + Market.quotes.response.toBytes(rest).length;
  return { ...rest, currency: "x".repeat(frameBytes - headBytes - 4) };
}
