import type { LookupFunction } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LinkState } from "../../src/index.js";
import { connect, listen } from "../../src/node/index.js";
import { Echo } from "../../schemas/gen/echo.js";
import { handlers } from "../support/echo.js";
import { eventually } from "../support/eventually.js";
import { cannotTest, PROTOCOLS, Site } from "../support/site.js";

let site: Site;

beforeAll(() => {
  site = new Site();
});

afterAll(() => site.close());

for (const protocol of PROTOCOLS) {
  describe.skipIf(cannotTest(protocol))(protocol, () => {
    test("a link lives through a restart of its server", async () => {
      const first = await listen(site.at(protocol));
      first.serve(Echo, handlers);
      const [url] = first.urls;
      const link = await connect(url, site.trust(protocol));
      const states: LinkState[] = [];
      link.onState((state) => states.push(state));
      const echo = link.client(Echo);
      expect((await echo.unary({ id: 1 })).id).toBe(1);
      await first.close();
      await eventually(() => link.state).toBe("waiting");
      await expect(echo.unary({})).rejects.toThrow("the next attempt is in");
      const late = echo.unary({ id: 2 }, { waitForReady: true, timeoutMs: 15_000 });
      const second = await listen(again(protocol, url));
      second.serve(Echo, handlers);
      expect((await late).id).toBe(2);
      expect([states[0], states.at(-2), states.at(-1)]).toEqual(["waiting", "connecting", "open"]);
      await link.close();
      await second.close();
    });

    test("a link that waits for its server closes at once", async () => {
      const server = await listen(site.at(protocol));
      const link = await connect(server.urls[0], site.trust(protocol));
      await server.close();
      await eventually(() => link.state).toBe("waiting");
      await link.close();
      expect(link.state).toBe("closed");
    });
  });
}

test("connections to a name that has several addresses go to all of them, and the name is looked up for each", async () => {
  const near = await listen({ tcp: "127.0.0.1:0" });
  const { port } = new URL(near.urls[0]);
  const far = await listen({ tcp: `127.0.0.2:${port}` });
  const asked: string[] = [];
  const lookup: LookupFunction = (host, _options, done) => {
    asked.push(host);
    done(null, [
      { address: "127.0.0.1", family: 4 },
      { address: "127.0.0.2", family: 4 },
    ]);
  };
  const link = await connect(`tcp://mill.test:${port}`, { lookup, maxLinks: 4, minIdle: 4 });
  await eventually(() => [near.links.size, far.links.size]).toEqual([2, 2]);
  expect(asked).toEqual(["mill.test", "mill.test", "mill.test", "mill.test"]);
  await link.close();
  await Promise.all([near.close(), far.close()]);
});

/** Where to listen so as to be reached at `url`. */
function again(protocol: (typeof PROTOCOLS)[number], url: string): Parameters<typeof listen>[0] {
  const where = site.at(protocol);
  if (protocol === "unix") return where;
  const address = new URL(url).host;
  return protocol === "tls" || protocol === "wss" ? { [protocol]: { address, ...site.own } } : { [protocol]: address };
}
