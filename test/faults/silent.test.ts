import { once } from "node:events";
import net from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Echo } from "../../schemas/gen/echo.js";
import { connect, createRuntime, listen } from "../../src/node/index.js";
import { VirtualClock } from "../../src/testing/clock.js";
import { handlers } from "../support/echo.js";
import { eventually } from "../support/eventually.js";
import { cannotTest, PROTOCOLS, type Protocol, Site } from "../support/site.js";
import * as wire from "../support/wire.js";
import { RawSocket } from "./raw.js";

const HANDSHAKE_MS = 5_000;
/** More than the first wait before an attempt. */
const WAIT_MS = 1_300;

let site: Site;
let server: net.Server;
let peers: RawSocket[];
let clock: VirtualClock;

beforeAll(() => {
  site = new Site();
});

afterAll(() => site.close());

beforeEach(() => {
  peers = [];
  clock = new VirtualClock();
  server = net.createServer((socket) => peers.push(new RawSocket(socket)));
});

afterEach(() => {
  for (const { socket } of peers) socket.destroy();
  server.close();
});

/** Lets a server that says nothing listen; returns its URL. */
async function silence(protocol: Protocol): Promise<string> {
  const path = join(site.folder, "silent.sock");
  server.listen(protocol === "unix" ? { path } : { host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  return protocol === "unix"
    ? `unix://${path}`
    : `${protocol}://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
}

for (const protocol of PROTOCOLS) {
  describe.skipIf(cannotTest(protocol))(`over ${protocol}`, () => {
    test("a server that lets a client in and says nothing is given up at the handshake's deadline, and nothing is left", async () => {
      const runtime = createRuntime({ clock });
      const url = await silence(protocol);
      const made = connect(url, { ...site.trust(protocol), runtime });
      const refused = expect(made).rejects.toMatchObject({ code: "deadline_exceeded" });
      await eventually(() => peers.length).toBe(1);
      clock.advance(HANDSHAKE_MS);
      await refused;
      clock.advance(HANDSHAKE_MS);
      await peers[0].closed();
      await eventually(() => [clock.timers, runtime.slabs.leased]).toEqual([0, 0]);
    });

    test("a client that has another server to go to is not kept by one that says nothing", async () => {
      const runtime = createRuntime({ clock });
      const other = await listen({ ...site.at(protocol), runtime });
      other.serve(Echo, handlers);
      const link = await connect([await silence(protocol), other.urls[0]], { ...site.trust(protocol), runtime });
      await eventually(() => peers.length).toBe(1);
      expect((await link.client(Echo).unary({ id: 3 })).id).toBe(3);
      await link.close();
      await other.close();
      clock.advance(HANDSHAKE_MS);
      await eventually(() => [clock.timers, runtime.slabs.leased]).toEqual([0, 0]);
    });
  });
}

test("a server that says its HELLO a byte at a time is given up at the same deadline", async () => {
  const runtime = createRuntime({ clock });
  const made = connect(await silence("tcp"), { runtime });
  const refused = expect(made).rejects.toMatchObject({ code: "deadline_exceeded" });
  await eventually(() => peers.length).toBe(1);
  const hello = wire.hello();
  for (let second = 0; second < HANDSHAKE_MS / 1_000; second++) {
    peers[0].say(hello.subarray(second, second + 1));
    clock.advance(1_000);
  }
  await refused;
  await peers[0].closed();
});

test("a client that waits tries again, and is there when the server speaks", async () => {
  const runtime = createRuntime({ clock });
  const link = await connect(await silence("tcp"), { runtime, waitForReady: true });
  const states: string[] = [];
  link.onState((state) => states.push(state));
  await eventually(() => peers.length).toBe(1);
  clock.advance(HANDSHAKE_MS);
  await eventually(() => link.state).toBe("waiting");
  clock.advance(WAIT_MS);
  await eventually(() => peers.length).toBe(2);
  peers[1].say(wire.hello());
  await eventually(() => states).toEqual(["waiting", "connecting", "open"]);
  const closed = link.close();
  peers[1].socket.end();
  await closed;
});
