import { expect, test } from "vitest";
import { Market } from "../../schemas/gen/market.js";
import type { Gap } from "../../src/index.js";
import { DurableLink } from "../../src/client/durable-link.js";
import { connect, createRuntime, listen } from "../../src/node/index.js";
import { eventually } from "../support/eventually.js";

const KIB = 1024;
const COUNT = 12_000;
const ACME = { symbol: "ACME" };

for (const protocol of ["tcp", "ws"] as const) {
  test(`a subscriber whose socket is not read holds up nobody and no more than its bound, and is told what it missed (${protocol})`, async () => {
    const runtime = createRuntime();
    const server = await listen({ [protocol]: "127.0.0.1:0", runtime });
    const topic = server.topic(Market.quotes, { maxWaitingBytes: 64 * KIB });
    const limits = { streamWindowBytes: 16 * KIB * KIB, linkWindowBytes: 16 * KIB * KIB };
    const stopped = await connect(server.urls[0], { limits, runtime: createRuntime() });
    const healthy = await connect(server.urls[0], { runtime: createRuntime() });
    const gaps: Gap[] = [];
    const late = stopped.client(Market).quotes(ACME, { onGap: (gap) => gaps.push(gap) });
    const seen: number[] = [];
    void healthy
      .client(Market)
      .quotes(ACME)
      .forEach(({ price }) => void seen.push(price))
      .catch(() => {});
    await eventually(() => topic.subscribers).toBe(2);
    const [connection] = (stopped as DurableLink).links;
    connection.connection.transport.pause();
    let most = 0;
    for (let price = 0; price < COUNT; price++) {
      await topic.publish(ACME, { price, currency: "x".repeat(1000) });
      if (price % 50 === 49) await eventually(() => seen.length).toBe(price + 1);
      most = Math.max(most, runtime.waitingEvents.usedBytes);
    }
    expect(most).toBeGreaterThan(32 * KIB);
    expect(most).toBeLessThanOrEqual(64 * KIB);
    connection.connection.transport.resume();
    let events = 0;
    for await (const { price } of late) {
      expect(late.offset).toBe(price);
      events++;
      if (price === COUNT - 1) break;
    }
    const missed = gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    expect(events + missed).toBe(COUNT);
    expect(missed).toBeGreaterThan(0);
    await Promise.all([stopped.close(), healthy.close()]);
    await server.close();
    await eventually(() => [runtime.slabs.leased, runtime.waitingEvents.usedBytes, topic.subscribers]).toEqual([
      0, 0, 0,
    ]);
  }, 60_000);
}

test("a link that subscribes to more keys than it may have calls is refused the rest, and the server goes on", async () => {
  const server = await listen({ tcp: "127.0.0.1:0", limits: { maxStreams: 1000 } });
  const topic = server.topic(Market.quotes);
  const link = await connect(server.urls[0]);
  const market = link.client(Market);
  const refused: string[] = [];
  for (let i = 0; i < 1_000_000; i += 500) {
    const quotes = market.quotes({ symbol: `S${i}` });
    quotes.next().catch((error: { code: string }) => refused.push(error.code));
  }
  await eventually(() => [topic.subscribers, refused.length]).toEqual([1000, 1000]);
  expect(new Set(refused)).toEqual(new Set(["resource_exhausted"]));
  expect(topic.keys).toBe(1000);
  await link.close();
  await eventually(() => [topic.subscribers, topic.keys]).toEqual([0, 0]);
  await server.close();
});
