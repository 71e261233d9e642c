import { expect, it } from "vitest";
import type { Connection } from "../../src/link/connection.js";
import { Fanout } from "../../src/topic/fanout.js";
import { Feed } from "../../src/topic/feed.js";
import { MemoryStore } from "../../src/topic/memory-store.js";
import { virtualRuntime } from "../support/rig.js";

it("keeps nothing of a link that has subscribed to a key many times and left it", () => {
  const runtime = virtualRuntime();
  const log = new MemoryStore(runtime.clock, runtime.random).open("", new Uint8Array(), {
    events: 1,
    bytes: 1,
    ageMs: 1,
  });
  const feed = new Feed("", log, new Fanout(runtime), 1000);
  const link = {} as Connection;
  const join = () => {
    const group = feed.groupFor(link);
    group.links.add(link);
    return group;
  };
  const groups = [join(), join(), join()];
  expect(groups.map(({ number }) => number)).toEqual([1, 2, 3]);
  for (const group of groups) {
    group.links.delete(link);
    feed.dropGroups();
  }
  expect(join().number).toBe(4);
});
