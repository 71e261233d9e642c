import { expect, test } from "vitest";
import { Echo } from "../../schemas/gen/echo.js";
import { connect, createRuntime, listen } from "../../src/node/index.js";

const KIB = 1024;
const CAP = 1024 * KIB;
/** What a link at the cap still holds: what one read brought of a frame. */
const TAIL_BYTES = 256 * KIB;

const cases = [
  { protocol: "tcp", reading: "onread" },
  { protocol: "tcp", reading: "data" },
  { protocol: "ws", reading: "onread" },
] as const;

for (const { protocol, reading } of cases) {
  test(`more long frames at once than there is memory for are all received, in turn (${protocol}, ${reading})`, async () => {
    const runtime = createRuntime({ maxLeasedBytes: CAP });
    const server = await listen({ [protocol]: "127.0.0.1:0", runtime, reading });
    let most = 0;
    server.serve(Echo, {
      unary({ id, data }) {
        most = Math.max(most, runtime.slabs.leasedBytes);
        return { id: id + data.length };
      },
      produce: () => [],
      consume: () => ({}),
      both: () => [],
    });
    const links = await Promise.all(Array.from({ length: 20 }, () => connect(server.urls[0])));
    const data = new Uint8Array(200 * KIB);
    const answers = await Promise.all(
      links.flatMap((link) => Array.from({ length: 5 }, (_, id) => link.client(Echo).unary({ id, data }))),
    );
    expect(answers.map(({ id }) => id)).toEqual(links.flatMap(() => [0, 1, 2, 3, 4].map((id) => id + data.length)));
    expect(most).toBeLessThanOrEqual(CAP + 20 * TAIL_BYTES);
    await Promise.all(links.map((link) => link.close()));
    await server.close();
    await expect.poll(() => runtime.slabs.leased).toBe(0);
  });
}
