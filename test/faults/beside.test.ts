import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Echo } from "../../schemas/gen/echo.js";
import type { Link } from "../../src/index.js";
import { connect, createRuntime, listen } from "../../src/node/index.js";
import type { RpcLink } from "../../src/rpc/rpc-link.js";
import { handlers } from "../support/echo.js";
import { cannotTest, PROTOCOLS, Site } from "../support/site.js";

const KIB = 1024;
const FRAGMENT_BYTES = 64 * KIB;
const ITEM_BYTES = 2048 * KIB;
const ITEMS = 16;

let site: Site;

beforeAll(() => {
  site = new Site();
});

afterAll(() => site.close());

/** Where the byte that the socket sends next stands among all that this side sends. */
function sentUpTo(link: Link): number {
  return link.stats.bytesOut - (link as RpcLink).connection.sender.batch.writingBytes;
}

/** Reads a stream of 32 MiB and makes one call after the other meanwhile; by how many bytes each answer came behind its call. */
async function callBeside(link: Link, handledAt: readonly number[]): Promise<number[]> {
  const echo = link.client(Echo);
  const delays: number[] = [];
  let items = 0;
  const stream = (async () => {
    for await (const { data } of echo.produce({ count: ITEMS, size: ITEM_BYTES })) items += data.length / ITEM_BYTES;
  })();
  while (items < ITEMS) {
    await echo.unary({});
    delays.push(link.stats.bytesIn - handledAt.at(-1)!);
  }
  await stream;
  return delays;
}

for (const protocol of PROTOCOLS) {
  describe.skipIf(cannotTest(protocol))(`over ${protocol}`, () => {
    test("the answer to a small call is sent behind no more than 8 fragments of a large stream on its link", async () => {
      const runtime = createRuntime();
      const server = await listen({ ...site.at(protocol), runtime });
      const handledAt: number[] = [];
      server.serve(Echo, {
        ...handlers,
        unary: (request) => (handledAt.push(sentUpTo([...server.links][0])), request),
        async *produce({ count, size }) {
          for (let id = 0; id < count; id++) yield { id, data: new Uint8Array(size) };
        },
      });
      const link = await connect(server.urls[0], { ...site.trust(protocol), runtime });
      const delays = await callBeside(link, handledAt);
      expect(delays.length).toBeGreaterThan(5);
      // What was read together with the answer counts as before it: at most a read slab of 256 KiB.
      expect(Math.max(...delays)).toBeLessThanOrEqual(8 * FRAGMENT_BYTES + 256 * KIB);
      await link.close();
      await server.close();
    });
  });
}
