import net from "node:net";
import { afterEach, expect, test } from "vitest";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import { connect } from "../../src/node/index.js";
import { eventually } from "../support/eventually.js";
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
  server.serve(Echo, { unary, produce: () => [], consume: unary, both: (requests) => requests });
  console.log(server.urls[0]);`;

test("a peer whose process is stopped is found within its ping's time, and calls to it fail as unavailable", async () => {
  child = new Script(serve("() => new Promise(() => {})"));
  const limits = { pingIntervalMs: 100, pingTimeoutMs: 200 };
  const link = await connect(await child.line(), { limits, reconnect: false });
  const call = link.client(Echo).unary({});
  child.process.kill("SIGSTOP");
  await expect(call).rejects.toThrow("[unavailable] the peer did not answer a ping within 200 ms");
  expect((await link.closed).code).toBe("unavailable");
});

/** Blocks the process for `id` milliseconds, and once more by a timer that comes due meanwhile. */
const BLOCK = `
  const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };
  const block = ({ id }) => {
    setTimeout(busy, id - 10, 20);
    console.log("blocked");
    busy(id);
    return { id };
  };`;
const PINGS = "{ pingIntervalMs: 50, pingTimeoutMs: 500 }";
const BLOCKED_MS = 800;
const payload = Payload.toBytes({ id: BLOCKED_MS });

/** Lets the child ask all peers whether they live, blocks it, and answers it while it is blocked. */
async function blockAndAnswer(peers: readonly RawSocket[], block: Uint8Array): Promise<void> {
  const pings = (peer: RawSocket) => peer.frames.filter(({ kind }) => kind === wire.PING);
  const answer = (peer: RawSocket): void =>
    peer.say(wire.frame({ kind: wire.PONG, flags: wire.IGNORABLE, aux: pings(peer).at(-1)!.aux }));
  for (let round = 1; round <= 2; round++) {
    await eventually(() => peers.every((peer) => pings(peer).length === round)).toBe(true);
    peers[0].say(block);
    expect(await child!.line()).toBe("blocked");
    for (const peer of peers) answer(peer);
  }
  await eventually(() => peers.every((peer) => pings(peer).length === 3)).toBe(true);
  expect(peers.map(({ isClosed }) => isClosed)).toEqual(peers.map(() => false));
}

test("a server whose handler blocks it while PONGs are on their way gives up none of its peers", async () => {
  child = new Script(`${BLOCK} ${serve("block", PINGS)}`);
  const url = await child.line();
  const peers = await Promise.all(Array.from({ length: 20 }, () => RawSocket.join({ urls: [url] })));
  const stream = 1;
  await blockAndAnswer(peers, wire.frame({ kind: wire.OPEN, flags: wire.END, stream, aux: idOf("unary"), payload }));
  expect(peers[0].frames.filter(({ kind }) => kind === wire.DATA)).toMatchObject([{ aux: 0 }, { aux: 0 }]);
  for (const { socket } of peers) socket.destroy();
});

test("a client that is blocked while PONGs are on their way gives up none of its servers", async () => {
  const peers: RawSocket[] = [];
  const raw = net.createServer((socket) => {
    const peer = new RawSocket(socket);
    peer.say(wire.hello());
    peers.push(peer);
  });
  await new Promise<void>((resolve) => raw.listen(0, "127.0.0.1", resolve));
  const { port } = raw.address() as net.AddressInfo;
  child = new Script(`${BLOCK}
    import { connect } from "millrace/node";
    import { Payload } from "./dist/schemas/gen/echo.js";
    for (let i = 0; i < 20; i++) {
      const link = await connect("tcp://127.0.0.1:${port}", { limits: ${PINGS} });
      link.on(Payload, (message) => void block(message));
    }`);
  await eventually(() => peers.length).toBe(20);
  await blockAndAnswer(peers, wire.frame({ kind: wire.MESSAGE, aux: Payload.id, payload }));
  for (const { socket } of peers) socket.destroy();
  raw.close();
});

const ends = ["link.close()", "server.close()", "Promise.all([link.close(), server.close()])"];

for (const end of ends) {
  test(`a process ends by itself after ${end} with a stream of each kind open`, async () => {
    child = new Script(`
      ${serve("() => new Promise(() => {})")}
      import { connect } from "millrace/node";
      const link = await connect(server.urls[0]);
      const echo = link.client(Echo);
      const endless = async function* () { for (;;) { yield {}; await new Promise(setImmediate); } };
      const both = echo.both(endless());
      await both.next();
      const rest = (async () => { for await (const _ of both); })();
      const calls = [echo.unary({}, { timeoutMs: 1e6 }), echo.consume(endless()), rest];
      const outcomes = Promise.allSettled(calls);
      await ${end};
      console.log((await outcomes).map(({ reason }) => reason?.code).join());
      await Promise.all([link.close(), server.close()]);
      console.log(process.getActiveResourcesInfo().filter((each) => /TCP|Timeout|Immediate/.test(each)).join());`);
    await child.line();
    expect(await child.line()).toBe("unavailable,unavailable,unavailable");
    expect(await child.line()).toBe("");
    expect(await child.exited).toBe(0);
  });
}

test("a process ends by itself after its server has drained, with no timer and no handle left", async () => {
  child = new Script(`
    let started;
    const running = new Promise((resolve) => (started = resolve));
    ${serve("(request) => (started(), new Promise((resolve) => setTimeout(resolve, 100, request)))")}
    import { connect } from "millrace/node";
    const link = await connect(server.urls[0], { reconnect: false });
    const call = link.client(Echo).unary({ id: 5 });
    await running;
    await Promise.all([...server.links].map((one) => one.drain()));
    await server.close();
    console.log((await call).id, link.state);`);
  await child.line();
  expect(await child.line()).toBe("5 closed");
  expect(await child.exited).toBe(0);
});
