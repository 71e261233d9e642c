import { expect, test } from "vitest";
import { Echo, type EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import type { Link } from "../../src/rpc/link.js";
import { Network } from "../../src/testing/index.js";
import { handlers } from "../support/echo.js";

const SAYS = "a getter of the message sent another one";

/** A message that does something when it is encoded. */
function doing(act: () => void): { readonly id: number; readonly data: Uint8Array } {
  return {
    get id() {
      act();
      return 7;
    },
    data: new Uint8Array(40),
  };
}

/** A server that hears `Payload`s, and a link to it. */
async function start(own: (server: Link) => Partial<EchoHandlers> = () => ({})) {
  const net = new Network();
  const server = net.listen({ limits: { messageWindowBytes: 16 * 1024 } });
  const heard: number[] = [];
  server.on(Payload, ({ id }) => void heard.push(id));
  const link = await net.connect(server);
  server.serve(Echo, { ...handlers, ...own([...server.links][0]) });
  return { net, link, echo: link.client(Echo), heard };
}

test("a request or message whose getter sends another one is refused, and the other one arrives", async () => {
  const { net, link, echo, heard } = await start();
  const inner: Promise<unknown>[] = [];
  const calling = doing(() => inner.push(echo.unary({ id: 5 })));
  await expect(net.until(echo.unary(calling))).rejects.toThrow(SAYS);
  expect(await net.until(inner[0])).toMatchObject({ id: 5 });
  const sending = doing(() => link.send(Payload, { id: 6 }));
  expect(() => link.send(Payload, sending)).toThrow(SAYS);
  await net.advance(10);
  expect([new Set(heard), link.state]).toEqual([new Set([6]), "open"]);
});

test("so is one whose getter sends what has to wait for credit", async () => {
  const { net, link, heard } = await start();
  const long = { id: 8, data: new Uint8Array(30_000) };
  const sending = doing(() => link.send(Payload, long));
  for (let i = 0; i < 5; i++) expect(() => link.send(Payload, sending)).toThrow(SAYS);
  await net.advance(10);
  expect([new Set(heard), link.state]).toEqual([new Set([8]), "open"]);
});

test("an answer whose getter sends something fails its call, and the link goes on", async () => {
  const { net, link, echo } = await start((there) => ({
    unary: () => doing(() => there.send(Payload, { id: 1 })),
    async *produce() {
      yield doing(() => there.send(Payload, { id: 1 }));
    },
  }));
  await expect(net.until(echo.unary({}))).rejects.toThrow(SAYS);
  await expect(net.until(echo.produce({}).next())).rejects.toThrow(SAYS);
  expect(link.state).toBe("open");
});
