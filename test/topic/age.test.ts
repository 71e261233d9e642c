import { describe, expect, it } from "vitest";
import { Market } from "../../schemas/gen/market.js";
import { type Gap, MemoryStore, type Retention } from "../../src/index.js";
import { Network, VirtualClock } from "../../src/testing/index.js";
import { collected } from "../support/gauges.js";
import { site } from "./support.js";

const AGE_MS = 16_000;
const LATE_MS = AGE_MS / 16 + 1;
const RETENTION: Retention = { events: Infinity, bytes: Infinity, ageMs: AGE_MS };

describe("events older than ageMs", () => {
  it("leave memory by themselves, and newer ones stay", async () => {
    const { clock, log } = storeWith(1);
    const kept: WeakRef<Uint8Array>[] = [];
    for (let i = 0; i < 4; i++) {
      kept.push(append(log[0]));
      clock.advance(AGE_MS / 4);
    }
    clock.advance(AGE_MS / 2);
    await collected();
    expect(kept.map((event) => event.deref() !== undefined)).toEqual([false, false, true, true]);
    clock.advance(AGE_MS + LATE_MS);
    await collected();
    expect(kept.map((event) => event.deref() !== undefined)).toEqual([false, false, false, false]);
  });

  it("are looked for with one timer, which is there while some key has events", () => {
    const { clock, log } = storeWith(100);
    expect(clock.timers).toBe(0);
    for (const one of log) {
      append(one);
      clock.advance(AGE_MS / 100);
      expect(clock.timers).toBe(1);
    }
    for (let i = 0; i < 3; i++) append(log[0]);
    expect(log[0].next - log[0].first).toBeGreaterThan(0);
    clock.advance(AGE_MS + LATE_MS);
    expect(clock.timers).toBe(0);
    append(log[1]);
    expect(clock.timers).toBe(1);
  });

  it("go in parts when there are many, so that others get their turn", async () => {
    const { clock, log } = storeWith(25_000);
    const kept = log.map(append);
    clock.advance(AGE_MS + LATE_MS);
    expect(clock.timers).toBe(0);
    await collected();
    expect(kept.filter((event) => event.deref() !== undefined)).toEqual([]);
    for (const one of log) append(one);
    let runs = 0;
    for (; clock.timers > 0; runs++) clock.step(Infinity);
    expect(runs).toBe(3);
  });

  it("need no timer of a server that is closed, or of a topic whose events have no age", async () => {
    const { clock, server, topic } = serverWith({ ageMs: AGE_MS });
    await topic.publish({ symbol: "A" }, { price: 1 });
    expect(clock.timers).toBe(1);
    await server.close();
    expect(clock.timers).toBe(0);
    await topic.publish({ symbol: "A" }, { price: 2 });
    expect(clock.timers).toBe(0);
    const ageless = serverWith({ events: 10 });
    await ageless.topic.publish({ symbol: "A" }, { price: 1 });
    expect(ageless.clock.timers).toBe(0);
  });
});

describe("a key with ageMs", () => {
  it("is forgotten when others come, a day after the last event, unless somebody is subscribed", async () => {
    const { net, topic, market } = await site({ history: { ageMs: AGE_MS } });
    const quotes = market.quotes({ symbol: "0" });
    await net.advance(10);
    for (let i = 0; i < 1000; i++) await topic.publish({ symbol: String(i) }, { price: 1 });
    await net.advance(86_000_000);
    for (let i = 0; i < 600; i++) await topic.publish({ symbol: `early ${i}` }, { price: 1 });
    expect(topic.keys).toBe(1600);
    await net.advance(500_000);
    for (let i = 0; i < 2000; i++) await topic.publish({ symbol: `late ${i}` }, { price: 1 });
    expect(topic.keys).toBe(1 + 600 + 2000);
    expect(await topic.publish({ symbol: "0" }, { price: 2 })).toBe(1);
    expect(await topic.publish({ symbol: "1" }, { price: 2 })).toBeGreaterThan(0);
    await net.until(quotes.return!());
  });

  it("tells a subscription that comes back after it was forgotten that events may be missing", async () => {
    const { net, topic, market } = await site({ history: { ageMs: AGE_MS } });
    await topic.publish({ symbol: "A" }, { price: 1 });
    const before = market.quotes({ symbol: "A" }, { from: "start" });
    await net.until(before.next());
    const { position } = before;
    await net.until(before.return!());
    for (let i = 0; i < 3; i++) await topic.publish({ symbol: "B" }, { price: i });
    await net.advance(86_500_000);
    for (let i = 0; i < 3; i++) await topic.publish({ symbol: `new ${i}` }, { price: i });
    const gaps: Gap[] = [];
    const after = market.quotes({ symbol: "A" }, { from: position, onGap: (gap) => gaps.push(gap) });
    await net.advance(10);
    expect(gaps).toEqual([{ reason: "expired", epoch: before.epoch, from: 1, to: 2 }]);
    await net.until(after.return!());
  });
});

function serverWith(history: Partial<Retention>) {
  const net = new Network();
  const server = net.listen();
  return { clock: net.clock, server, topic: server.topic(Market.quotes, { history }) };
}

function storeWith(logs: number) {
  const clock = new VirtualClock();
  const store = new MemoryStore(clock, () => 0.5);
  const log = Array.from({ length: logs }, (_, i) => store.open("a.A/B", Uint8Array.of(i, i >> 8), RETENTION));
  return { clock, log };
}

/** An event that nobody else holds. */
function append(log: ReturnType<MemoryStore["open"]>): WeakRef<Uint8Array> {
  const event = new Uint8Array(10);
  void log.append([event]);
  return new WeakRef(event);
}
