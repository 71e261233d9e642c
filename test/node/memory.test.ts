import { expect, test } from "vitest";
import { Echo } from "../../schemas/gen/echo.js";
import { checkLimits } from "../../src/link/limits.js";
import { connect, createRuntime, listen } from "../../src/node/index.js";
import { Server } from "../../src/server/server.js";
import { idOf } from "../faults/raw.js";
import { MeteredPool } from "../support/metered-pool.js";
import { handlers } from "../support/echo.js";
import * as wire from "../support/wire.js";

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

test("very many links that are answered in one turn take little memory at a time", async () => {
  const slabs = new MeteredPool();
  const server = new Server(createRuntime({ slabs }), checkLimits());
  server.serve(Echo, handlers);
  let answered = 0;
  const receivers = Array.from({ length: 2_000 }, () => {
    const write = (bytes: Uint8Array, written: () => void): void => {
      if (bytes[4] === wire.DATA) answered++;
      process.nextTick(written);
    };
    return server.accept({ address: "none", write, pause() {}, resume() {}, end() {}, destroy() {} });
  });
  const call = wire.frame({ kind: wire.OPEN, flags: wire.END, stream: 1, aux: idOf("unary") });
  for (const bytes of [wire.hello(), call]) {
    for (const receiver of receivers) setImmediate(() => receiver.receive(bytes));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  }
  expect(answered).toBe(2_000);
  expect(slabs.most).toBeLessThan(600);
  const closing = server.close();
  for (const receiver of receivers) receiver.closed();
  await closing;
});
