import { afterEach, expect, test } from "vitest";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import { connect } from "../../src/node/index.js";
import * as wire from "../support/wire.js";
import { Script } from "./process.js";
import { idOf, RawSocket } from "./raw.js";

let child: Script | undefined;

afterEach(async () => {
  child?.process.kill("SIGKILL");
  await child?.exited;
});

const serve = (unary: string, limits = "{}"): string => `
  import { listen } from "millrace/node";
  import { Echo } from "./dist/schemas/gen/echo.js";
  const server = await listen({ tcp: "127.0.0.1:0", limits: ${limits} });
  const unary = ${unary};
  server.serve(Echo, { unary, produce: () => [], consume: () => ({}), both: (requests) => requests });
  console.log(server.urls[0]);`;

test("a peer whose process is stopped is found within its ping's time, and calls to it fail as unavailable", async () => {
  child = new Script(serve("() => new Promise(() => {})"));
  const limits = { pingIntervalMs: 100, pingTimeoutMs: 200 };
  const link = await connect(await child.line(), { limits });
  const call = link.client(Echo).unary({});
  child.process.kill("SIGSTOP");
  await expect(call).rejects.toThrow("[unavailable] the peer did not answer a ping within 200 ms");
  expect((await link.closed).code).toBe("unavailable");
});

test("a server whose handler blocks it while a PONG is on its way does not give up the peer", async () => {
  const block =
    "({ id }) => { console.log('blocked'); const end = Date.now() + id; while (Date.now() < end); return { id }; }";
  child = new Script(serve(block, "{ pingIntervalMs: 50, pingTimeoutMs: 100 }"));
  const peer = await RawSocket.join({ urls: [await child.line()] });
  const pings = () => peer.frames.filter(({ kind }) => kind === wire.PING);
  const pong = (): void => peer.say(wire.frame({ kind: wire.PONG, flags: wire.IGNORABLE, aux: pings().at(-1)!.aux }));
  await expect.poll(() => pings().length).toBe(1);
  const payload = Payload.toBytes({ id: 500 });
  peer.say(wire.frame({ kind: wire.OPEN, flags: wire.END, stream: 1, aux: idOf("unary"), payload }));
  expect(await child.line()).toBe("blocked");
  pong();
  await expect.poll(() => pings().length, { timeout: 5000 }).toBe(2);
  expect(peer.frames.filter(({ kind }) => kind === wire.DATA)).toMatchObject([{ aux: 0 }]);
  pong();
  await expect.poll(() => pings().length).toBe(3);
  peer.socket.destroy();
});

test("a process ends by itself after its server has drained, with no timer and no handle left", async () => {
  child = new Script(`
    let started;
    const running = new Promise((resolve) => (started = resolve));
    ${serve("(request) => (started(), new Promise((resolve) => setTimeout(resolve, 100, request)))")}
    import { connect } from "millrace/node";
    const link = await connect(server.urls[0]);
    const call = link.client(Echo).unary({ id: 5 });
    await running;
    await Promise.all([...server.links].map((one) => one.drain()));
    await server.close();
    console.log((await call).id, link.state);`);
  await child.line();
  expect(await child.line()).toBe("5 closed");
  expect(await child.exited).toBe(0);
});
