import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, createRuntime, listen } from "../../src/node/index.js";
import { comeAndGo } from "../faults/churn.js";
import { openFiles } from "../support/gauges.js";
import { cannotTest, PROTOCOLS, Site } from "../support/site.js";

/** How often each transport is connected to and left, 20 links at a time. */
const ROUNDS = { tcp: 99, unix: 99, tls: 42, ws: 51, wss: 36 };

let site: Site;

beforeAll(() => {
  site = new Site();
});

afterAll(() => site.close());

for (const protocol of PROTOCOLS) {
  describe.skipIf(cannotTest(protocol))(protocol, () => {
    test("links that come and go leave no file, no slab, no link and no memory behind, whoever closes them", async () => {
      const before = openFiles();
      const [early, late] = await comeAndGo(site.at(protocol), site.trust(protocol), ROUNDS[protocol]);
      // A link that something holds on to takes more than 10 KB.
      const bytesPerLink = (late.bytes - early.bytes) / ((ROUNDS[protocol] * 20 * 2) / 3);
      expect(bytesPerLink).toBeLessThan(2000);
      expect([early.slabs, late.slabs]).toEqual([0, 0]);
      expect(late.files).toBeLessThanOrEqual(early.files);
      await expect.poll(openFiles).toBeLessThanOrEqual(before);
    });

    test("a server that closes while clients connect lets each of them know, once, and leaves nothing behind", async () => {
      const before = openFiles();
      const runtime = createRuntime();
      for (let turns = 0; turns < 40; turns += 2) {
        const server = await listen({ ...site.at(protocol), runtime });
        const options = { ...site.trust(protocol), runtime, reconnect: false };
        const joining = Array.from({ length: 5 }, () => connect(server.urls[0], options));
        const outcomes = Promise.allSettled(joining);
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
        await server.close();
        for (const outcome of await outcomes) {
          if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "unavailable" });
          else await outcome.value.closed;
        }
      }
      await expect.poll(openFiles).toBeLessThanOrEqual(before);
      expect(runtime.slabs.leased).toBe(0);
    });
  });
}
