import { expect, test } from "vitest";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import { Outbox } from "../../src/index.js";
import { handlers } from "../support/echo.js";
import { PairRig, settle } from "../support/rig.js";

const data = new Uint8Array(9_000);

test("write() resolves when the receiver has credit for the next message, not one message earlier", async () => {
  const rig = new PairRig({ serverLimits: { streamWindowBytes: 16_384 } });
  let read = (): void => {};
  const start = new Promise<void>((resolve) => (read = resolve));
  rig.server.serve(Echo, {
    ...handlers,
    async consume(requests) {
      await start;
      let count = 0;
      for await (const _request of requests) count++;
      return { count };
    },
  });
  await settle();
  const outbox = new Outbox<Payload>();
  const answer = rig.client.client(Echo).consume(outbox);
  let written = 0;
  const writing = (async () => {
    for (; written < 10; written++) await outbox.write({ id: written, data });
    outbox.end();
  })();
  await settle();
  // The first fits the window, the second overdraws it.
  expect(written).toBe(2);
  read();
  await writing;
  expect((await answer).count).toBe(10);
});
