import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import type { Link } from "../../src/index.js";
import { connect } from "../../src/node/index.js";
import { eventually } from "../support/eventually.js";
import { cannotTest, PROTOCOLS, Site } from "../support/site.js";
import * as wire from "../support/wire.js";
import { Script } from "./process.js";
import { boundlessHello, idOf, joinRaw, type RawClient } from "./raw.js";

const KIB = 1024;
const MIB = 1024 * KIB;
const { frame } = wire;

/** What the server under test can be asked for. */
const MOST_RESIDENT = 0;
const IN_USE = 1;
const PRODUCED = 2;

let site: Site;
let child: Script;
let urls: readonly string[];
let meter: Link;

beforeAll(async () => {
  site = new Site();
  const at = Object.assign({}, ...PROTOCOLS.filter((each) => !cannotTest(each)).map((each) => site.at(each))) as object;
  child = new Script(
    `
    import { listen } from "millrace/node";
    import { Echo } from "./dist/schemas/gen/echo.js";
    const server = await listen(${JSON.stringify(at)});
    let produced = 0;
    const read = () => {
      globalThis.gc();
      const { heapUsed, external } = process.memoryUsage();
      return [process.resourceUsage().maxRSS * 1024, heapUsed + external, produced];
    };
    server.serve(Echo, {
      unary: ({ id }) => ({ id: Math.min(read()[id], 2 ** 32 - 1) }),
      async *produce({ count, size }) {
        const data = new Uint8Array(size);
        for (produced = 0; produced < count; ) yield { id: ++produced, data };
      },
      consume: () => ({}),
      both: (requests) => requests,
    });
    console.log(JSON.stringify(server.urls));`,
    // V8 doubles its young generation when it pleases, which is as much as what is measured.
    ["--expose-gc", "--max-semi-space-size=1"],
  );
  urls = JSON.parse(await child.line()) as string[];
  meter = await connect(urls[0]);
});

afterAll(async () => {
  await meter.close();
  child.process.kill();
  await child.exited;
  site.close();
});

function urlOf(protocol: string): string {
  return urls.find((url) => url.startsWith(`${protocol}:`))!;
}

/** Asks the server's process. */
async function ask(what: number): Promise<number> {
  return (await meter.client(Echo).unary({ id: what })).id;
}

/** Resolves with how many items were produced once that stays the same. */
async function whenPaused(): Promise<number> {
  for (let last = -1, same = 0; ; ) {
    const count = await ask(PRODUCED);
    same = count === last ? same + 1 : 0;
    last = count;
    if (same === 5) return count;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const ITEM_BYTES = 10_000;

/** Opens a stream of about 1 GiB. */
const produce = frame({
  kind: wire.OPEN,
  flags: wire.END,
  stream: 1,
  aux: idOf("produce"),
  payload: Uint8Array.of(8, 160, 141, 6, 16, 144, 78),
});

/** A client that lets everything come and has asked for the stream. */
function reader(url: string): Promise<RawClient> {
  return joinRaw(url, site.ca, wire.join(boundlessHello(), produce));
}

for (const protocol of PROTOCOLS) {
  describe.skipIf(cannotTest(protocol))(`over ${protocol}`, () => {
    test("a producer of 1 GiB whose reader takes little now and then is paused, and its process grows by less than 8 MB", async () => {
      const eager = await reader(urlOf(protocol));
      // So much that the heap has reached the size that it keeps.
      await eventually(() => eager.socket.bytesRead).toBeGreaterThan(512 * MIB);
      eager.socket.destroy();
      const before = await ask(MOST_RESIDENT);
      const slow = await reader(urlOf(protocol));
      for (let chunk = 0; chunk < 20; chunk++) {
        slow.socket.resume();
        await once(slow.socket, "data");
        slow.socket.pause();
      }
      // What the kernel holds for both sockets is several MB.
      expect((await whenPaused()) * ITEM_BYTES).toBeLessThan(32 * MIB);
      expect((await ask(MOST_RESIDENT)) - before).toBeLessThan(8 * MIB);
      slow.socket.destroy();
    });
  });
}

for (const protocol of ["tcp", "ws"]) {
  test(`200 clients over ${protocol} that announce frames of 2³² − 1 bytes at once cost less than 64 KiB each, if only for a moment`, async () => {
    const clients = await Promise.all(Array.from({ length: 200 }, () => joinRaw(urlOf(protocol), "")));
    await eventually(() => clients.every(({ frames }) => frames.length === 1)).toBe(true);
    const before = await ask(MOST_RESIDENT);
    const huge = frame({ kind: wire.MESSAGE });
    huge.fill(255, 0, 4);
    for (const client of clients) client.say(huge);
    await Promise.all(clients.map((client) => client.closed()));
    expect((await ask(MOST_RESIDENT)) - before).toBeLessThan(200 * 64 * KIB);
  });
}

test("a WebSocket whose message comes in many fragments and never ends costs less than 64 KiB", async () => {
  const join = async (): Promise<RawClient> => {
    const client = await joinRaw(urlOf("ws"), "");
    client.socket.write(Uint8Array.of(2, 0x81, 0, 0, 0, 0, 1));
    for (let i = 0; i < 60; i++) client.socket.write(Uint8Array.of(0, 0x81, 0, 0, 0, 0, 1));
    return client;
  };
  const first = await join();
  const before = await ask(IN_USE);
  const clients = await Promise.all(Array.from({ length: 100 }, join));
  await ask(IN_USE);
  expect((await ask(IN_USE)) - before).toBeLessThan(100 * 64 * KIB);
  for (const client of [first, ...clients]) {
    expect(client.isClosed).toBe(false);
    client.socket.destroy();
  }
});

test("the stream that a producer is asked for is 1 GiB", () => {
  expect(Payload.toBytes({ data: new Uint8Array(ITEM_BYTES) }).length * 100_000).toBeGreaterThan(0.9 * 1024 * MIB);
});
