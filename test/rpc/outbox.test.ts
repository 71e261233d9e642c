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

test("write() rejects as soon as the call is answered, also the first one behind that", async () => {
  const rig = new PairRig();
  rig.server.serve(Echo, { ...handlers, consume: () => ({ count: 7 }) });
  await settle();
  const outbox = new Outbox<Payload>();
  expect(await rig.client.client(Echo).consume(outbox)).toMatchObject({ count: 7 });
  await expect(outbox.write({ id: 1 })).rejects.toMatchObject({ code: "cancelled" });
});

test("write() rejects as soon as the caller of a handler that answers by an outbox has left", async () => {
  const rig = new PairRig();
  const outbox = new Outbox<Payload>();
  rig.server.serve(Echo, { ...handlers, produce: () => outbox });
  await settle();
  const answers = rig.client.client(Echo).produce({});
  const first = answers.next();
  await outbox.write({ id: 1 });
  expect((await first).value).toMatchObject({ id: 1 });
  await answers.return?.();
  await settle();
  await expect(outbox.write({ id: 2 })).rejects.toMatchObject({ code: "cancelled" });
});
