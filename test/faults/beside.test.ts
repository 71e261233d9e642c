import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import type { Link } from "../../src/index.js";
import { connect, createRuntime, listen } from "../../src/node/index.js";
import { connectionOf } from "../support/connection.js";
import { handlers } from "../support/echo.js";
import { cannotTest, PROTOCOLS, Site } from "../support/site.js";

const KIB = 1024;
const FRAGMENT_BYTES = 64 * KIB;
const ITEM_BYTES = 2048 * KIB;
const ITEMS = 16;
const ANSWER = 1000;

let site: Site;

beforeAll(() => {
  site = new Site();
});

afterEach(() => void vi.restoreAllMocks());

afterAll(() => site.close());

/** Where the byte that the socket sends next stands among all that this side sends. */
function sentUpTo(link: Link): number {
  return link.stats.bytesOut - connectionOf(link).sender.batch.writingBytes;
}

/** Where what this side reads now ends among all that it receives. */
function readUpTo(link: Link): number {
  const { ring } = connectionOf(link).reading;
  return link.stats.bytesIn - (ring.end - ring.pos);
}

/** Notes at each answer to a call, while it is being read, what `position` says then. */
function whenAnswered(position: () => number): number[] {
  const positions: number[] = [];
  const decode = Payload.decode.bind(Payload);
  vi.spyOn(Payload, "decode").mockImplementation((reader) => {
    const payload = decode(reader);
    if (payload.id === ANSWER) positions.push(position());
    return payload;
  });
  return positions;
}

/** Reads a stream of 32 MiB and makes one call after the other meanwhile. */
async function callBeside(link: Link): Promise<void> {
  const echo = link.client(Echo);
  let items = 0;
  const stream = (async () => {
    for await (const { data } of echo.produce({ count: ITEMS, size: ITEM_BYTES })) items += data.length / ITEM_BYTES;
  })();
  while (items < ITEMS) await echo.unary({});
  await stream;
}

for (const protocol of PROTOCOLS) {
  describe.skipIf(cannotTest(protocol))(`over ${protocol}`, () => {
    test("the answer to a small call is sent behind no more than 8 fragments of a large stream on its link", async () => {
      const runtime = createRuntime();
      const server = await listen({ ...site.at(protocol), runtime });
      const handledAt: number[] = [];
      server.serve(Echo, {
        ...handlers,
        unary: () => (handledAt.push(sentUpTo([...server.links][0])), { id: ANSWER }),
        async *produce({ count, size }) {
          for (let id = 0; id < count; id++) yield { id, data: new Uint8Array(size) };
        },
      });
      const link = await connect(server.urls[0], { ...site.trust(protocol), runtime });
      const answeredAt = whenAnswered(() => readUpTo(link));
      await callBeside(link);
      const delays = answeredAt.map((position, nth) => position - handledAt[nth]);
      expect(delays.length).toBeGreaterThan(5);
      expect(Math.max(...delays)).toBeLessThanOrEqual(8 * FRAGMENT_BYTES);
      await link.close();
      await server.close();
    });
  });
}
