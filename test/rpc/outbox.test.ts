import { expect, test } from "vitest";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import { Outbox, type ServerInterceptor } from "../../src/index.js";
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

const pass: ServerInterceptor = async function* (step, next) {
  yield* next(step);
};

for (const server of [[], [pass]]) {
  const how = server.length === 0 ? "" : ", by way of an interceptor";

  for (const name of ["produce", "both"] as const) {
    test(`write() rejects as soon as the caller of a handler that answers ${name}() by an outbox has left${how}`, async () => {
      const rig = new PairRig({ interceptors: { server } });
      const outbox = new Outbox<Payload>();
      rig.server.serve(Echo, { ...handlers, [name]: () => outbox });
      await settle();
      const echo = rig.client.client(Echo);
      const answers = name === "both" ? echo.both(new Outbox<Payload>()) : echo.produce({});
      const first = answers.next();
      await outbox.write({ id: 1 });
      expect((await first).value).toMatchObject({ id: 1 });
      await answers.return?.();
      await settle();
      await expect(outbox.write({ id: 2 })).rejects.toMatchObject({ code: "cancelled" });
    });
  }
}
