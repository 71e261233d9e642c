import net from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { Market } from "../../schemas/gen/market.js";
import { connect, createRuntime, listen } from "../../src/node/index.js";
import { eventually } from "../support/eventually.js";

const FEEDS = 50;
const keys = Array.from({ length: FEEDS }, (_, i) => ({ symbol: `S${i}` }));

afterEach(() => void vi.restoreAllMocks());

for (const protocol of ["tcp", "ws"] as const) {
  test(`a link with many small feeds is sent what they bring in one turn with two writes (${protocol})`, async () => {
    const runtime = createRuntime();
    const server = await listen({ [protocol]: "127.0.0.1:0", runtime });
    const topic = server.topic(Market.quotes);
    const link = await connect(server.urls[0], { runtime: createRuntime() });
    const market = link.client(Market);
    const seen: string[] = [];
    for (const key of keys) {
      void market
        .quotes(key)
        .forEach(({ symbol, price }) => void seen.push(`${symbol} ${price}`))
        .catch(() => {});
    }
    await eventually(() => topic.subscribers).toBe(FEEDS);
    const write = vi.spyOn(net.Socket.prototype, "write");
    for (const key of keys) {
      for (const price of [1, 2]) void topic.publish(key, { ...key, price });
    }
    await eventually(() => seen.length).toBe(2 * FEEDS);
    const data = write.mock.calls.filter(([bytes]) => (bytes as Uint8Array).length > 64);
    expect(data.length).toBeLessThanOrEqual(2);
    expect(seen.toSorted()).toEqual(keys.flatMap(({ symbol }) => [`${symbol} 1`, `${symbol} 2`]).toSorted());
    await link.close();
    await server.close();
    await eventually(() => runtime.slabs.leased).toBe(0);
  });
}
