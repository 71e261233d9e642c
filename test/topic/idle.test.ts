import { expect, test } from "vitest";
import { Script } from "../faults/process.js";

const KEYS = 100_000;

/** Beside what each takes there is no room for an empty map, of some 180 bytes. */
const histories = [
  ["nothing is kept of", "{ events: 0 }", 420],
  ["one event is kept of", "{}", 680],
  ["one event with an age is kept of", "{ ageMs: 3_600_000 }", 780],
] as const;

for (const [name, history, most] of histories) {
  test(`a key that was published to and that ${name} takes less than ${most} bytes`, { timeout: 60_000 }, async () => {
    const script = new Script(
      `
      import { listen } from "millrace/node";
      import { Market } from "./dist/schemas/gen/market.js";
      const server = await listen({ tcp: "127.0.0.1:0" });
      const topic = server.topic(Market.quotes, { history: ${history} });
      const publish = async (key) => topic.publish({ symbol: String(key).padStart(6, "0") }, { price: 1 });
      const read = async () => {
        await new Promise(setImmediate);
        globalThis.gc();
        globalThis.gc();
        const { heapUsed, external } = process.memoryUsage();
        return heapUsed + external;
      };
      for (let key = 0; key < 1000; key++) await publish(key);
      const before = await read();
      for (let key = 1000; key < ${KEYS + 1000}; key++) await publish(key);
      const after = await read();
      console.log(JSON.stringify([topic.keys, (after - before) / ${KEYS}]));
      process.exit();`,
      ["--expose-gc"],
    );
    const [keys, bytes] = JSON.parse(await script.line()) as [number, number];
    await script.exited;
    expect(keys).toBe(KEYS + 1000);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(most);
  });
}
