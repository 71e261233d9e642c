import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "vitest";
import { MemoryStore } from "../../src/index.js";
import { LmdbStore } from "../../src/lmdb/index.js";
import { VirtualClock } from "../../src/testing/clock.js";
import { type StoreSite, storeCases } from "./store-cases.js";

/** How to make each store that there is. */
const stores: { readonly [name: string]: () => Promise<StoreSite & { end(): Promise<void> }> } = {
  async memory() {
    const clock = new VirtualClock();
    const store = new MemoryStore(clock, () => 0.25);
    return { store, pass: (ms) => clock.advance(ms), end: async () => store.close() };
  },
  async lmdb() {
    const folder = mkdtempSync(join(tmpdir(), "millrace-store-"));
    let ms = 1_700_000_000_000;
    const store = await LmdbStore.open(folder, { nowMs: () => ms });
    const end = async (): Promise<void> => {
      await store.close();
      rmSync(folder, { recursive: true });
    };
    return { store, pass: (passed) => void (ms += passed), end };
  },
};

describe.each(Object.entries(stores))("a store of topics in %s", (_name, make) => {
  it.each(Object.entries(storeCases))("%s", async (_sentence, run) => {
    const site = await make();
    await run(site);
    await site.end();
  });
});
