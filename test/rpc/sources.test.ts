import { afterEach, beforeEach, expect, test } from "vitest";
import { Echo, type Payload } from "../../schemas/gen/echo.js";
import { type ClientInterceptor, type Link, Outbox } from "../../src/index.js";
import { connect, listen, type Server } from "../../src/node/index.js";
import { handlers } from "../support/echo.js";

let server: Server;
let link: Link;

const pass: ClientInterceptor = (step, next) => next(step);

/** Requests of which one is there, and the next one never comes. */
function unending(): AsyncIterable<object> {
  return new ReadableStream({ start: (controller) => controller.enqueue({ id: 1 }) }) as AsyncIterable<object>;
}

beforeEach(async () => {
  server = await listen({ tcp: "127.0.0.1:0" });
});

afterEach(async () => {
  await link.close();
  await server.close();
});

for (const interceptors of [[], [pass]]) {
  const how = interceptors.length === 0 ? "" : ", by way of an interceptor";

  test(`requests that cannot be iterated over twice do not fail a call that is answered before they end${how}`, async () => {
    server.serve(Echo, { ...handlers, consume: () => ({ count: 7 }) });
    link = await connect(server.urls[0], { interceptors });
    expect(await link.client(Echo).consume(unending())).toMatchObject({ count: 7 });
    expect((await link.client(Echo).both(unending()).next()).value).toMatchObject({ id: 1 });
  });

  test(`requests that cannot be iterated over reject the call${how}`, async () => {
    server.serve(Echo, handlers);
    link = await connect(server.urls[0], { interceptors });
    const none: AsyncIterable<object> = {
      [Symbol.asyncIterator]: () => {
        throw new Error("not now");
      },
    };
    const call = link.client(Echo).consume(none);
    await expect(call).rejects.toThrow("not now");
  });
}

test("a handler that hands on the answers of another server leaves that when its caller leaves, although nothing comes", async () => {
  const behind = await listen({ tcp: "127.0.0.1:0" });
  const left = new Promise<void>((resolve) => {
    behind.serve(Echo, {
      ...handlers,
      async *produce(_request, { signal }) {
        yield { id: 1 };
        await new Promise((aborted) => signal.addEventListener("abort", aborted));
        resolve();
      },
    });
  });
  const between = await connect(behind.urls[0]);
  server.serve(Echo, { ...handlers, produce: (request) => between.client(Echo).produce(request) });
  link = await connect(server.urls[0]);
  for await (const { id } of link.client(Echo).produce({ count: 1 })) {
    expect(id).toBe(1);
    break;
  }
  await left;
  await between.close();
  await behind.close();
});

test("requests of which one does not encode are left, so that whoever writes them does not wait for ever", async () => {
  server.serve(Echo, handlers);
  link = await connect(server.urls[0]);
  const outbox = new Outbox<Payload>();
  const call = link.client(Echo).consume(outbox);
  const wrong = {
    get id(): number {
      throw new Error("there is none");
    },
  };
  const writes = Promise.allSettled([outbox.write(wrong), outbox.write({ id: 1 })]);
  await expect(call).rejects.toThrow("there is none");
  expect((await writes)[1]).toMatchObject({ reason: { code: "cancelled" } });
});
