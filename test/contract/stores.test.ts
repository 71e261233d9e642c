import { describe, it } from "vitest";
import { MemoryStore } from "../../src/index.js";
import { VirtualClock } from "../../src/testing/clock.js";
import { type StoreSite, storeCases } from "./store-cases.js";

/** How to make each store that there is. */
const stores: { readonly [name: string]: () => Promise<StoreSite & { end(): Promise<void> }> } = {
  async memory() {
    const clock = new VirtualClock();
    const store = new MemoryStore(clock, () => 0.25);
    const pass = (ms: number): void => {
      clock.after(ms, () => {});
      clock.step(Infinity);
    };
    return { store, pass, end: async () => store.close() };
  },
};

describe.each(Object.entries(stores))("a store of topics in %s", (_name, make) => {
  it.each(Object.entries(storeCases))("%s", async (_sentence, run) => {
    const site = await make();
    await run(site);
    await site.end();
  });
});
