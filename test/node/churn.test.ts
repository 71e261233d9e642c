import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Link } from "../../src/index.js";
import { connect, createRuntime, listen, type Server } from "../../src/node/index.js";
import { openFiles } from "../support/gauges.js";
import { cannotTest, PROTOCOLS, Site } from "../support/site.js";

/** How often each transport is connected to and left, so many links at a time. */
const ROUNDS = { tcp: 99, unix: 99, tls: 21, ws: 51, wss: 12 };
const AT_ONCE = 20;

/** Who closes a link: the client, the server, or both at once. */
const ENDINGS: ((server: Server, links: readonly Link[]) => readonly Link[])[] = [
  (_server, links) => links,
  (server) => [...server.links],
  (server, links) => [...links, ...server.links],
];

let site: Site;

beforeAll(() => {
  site = new Site();
});

afterAll(() => site.close());

for (const protocol of PROTOCOLS) {
  describe.skipIf(cannotTest(protocol))(protocol, () => {
    test("links that come and go leave no file, no slab and no link behind, whoever closes them", async () => {
      const runtime = createRuntime();
      const server = await listen({ ...site.at(protocol), runtime });
      const join = (): Promise<Link> => connect(server.urls[0], { ...site.trust(protocol), runtime });
      const before = openFiles();
      for (let round = 0; round < ROUNDS[protocol]; round++) {
        const links = await Promise.all(Array.from({ length: AT_ONCE }, join));
        await Promise.all(ENDINGS[round % 3](server, links).map((link) => link.close()));
        await Promise.all(links.map(({ closed }) => closed));
        await expect.poll(() => server.links.size, { interval: 1 }).toBe(0);
      }
      await expect.poll(openFiles).toBeLessThanOrEqual(before);
      await expect.poll(() => runtime.slabs.leased).toBe(0);
      await server.close();
    });

    test("a server that closes while clients connect lets each of them know, once, and leaves nothing behind", async () => {
      const before = openFiles();
      const runtime = createRuntime();
      for (let turns = 0; turns < 40; turns += 2) {
        const server = await listen({ ...site.at(protocol), runtime });
        const joining = Array.from({ length: 5 }, () => connect(server.urls[0], { ...site.trust(protocol), runtime }));
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
