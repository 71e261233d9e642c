import { once } from "node:events";
import net from "node:net";
import { Duplex } from "node:stream";
import tls from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Payload } from "../../schemas/gen/echo.js";
import { UPGRADE } from "../support/upgrade.js";
import type { Limits } from "../../src/link/limits.js";
import type { Runtime } from "../../src/link/runtime.js";
import { connect, createRuntime, listen, type Server } from "../../src/node/index.js";
import { systemClock } from "../../src/node/runtime.js";
import { VirtualClock } from "../../src/testing/clock.js";
import { cannotTest, PROTOCOLS, type Protocol, Site } from "../support/site.js";
import * as wire from "../support/wire.js";

const HANDSHAKE_MS = 5000;

let site: Site;
let clock: VirtualClock;
let runtime: Runtime;
let server: Server;
let sockets: net.Socket[];

beforeAll(() => {
  site = new Site();
});

afterAll(() => site.close());

beforeEach(() => {
  sockets = [];
  clock = new VirtualClock();
  runtime = createRuntime({ clock });
});

afterEach(async () => {
  await server.close();
  await expect.poll(() => sockets.every((socket) => socket.closed)).toBe(true);
  await expect
    .poll(() => [server.links.size + server.handshaking.size, runtime.slabs.leased, clock.timers])
    .toEqual([0, 0, 0]);
});

async function serve(protocol: Protocol, limits: Partial<Limits> = {}): Promise<void> {
  server = await listen({ ...site.at(protocol), runtime, limits: { handshakeTimeoutMs: HANDSHAKE_MS, ...limits } });
}

/** Connects a bare socket, which says nothing. */
function knock(): net.Socket {
  const [url] = server.urls;
  const path = /^unix:\/\/(.*)/.exec(url)?.[1];
  const socket = path ? net.connect(path) : net.connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  sockets.push(socket);
  return socket;
}

/** Waits until the server has noticed so many connections: each has a deadline. */
async function noticed(count: number): Promise<void> {
  await expect.poll(() => clock.timers).toBe(count);
}

async function isClosed(socket: net.Socket): Promise<void> {
  await expect.poll(() => socket.closed).toBe(true);
}

/** Lets the system carry what was written to the server, which has no way to say that it came. */
async function arrived(socket: net.Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.write("", () => resolve()));
  await new Promise((resolve) => setImmediate(resolve));
}

/** What a client says first, as it goes over the network. */
async function opening(protocol: Protocol): Promise<Uint8Array> {
  if (protocol === "tcp" || protocol === "unix") return wire.hello();
  if (protocol === "ws") return Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n");
  return new Promise((resolve) => {
    const network = new Duplex({ read() {}, write: (chunk: Buffer) => resolve(chunk) });
    tls.connect({ socket: network }).on("error", () => {});
  });
}

for (const protocol of PROTOCOLS) {
  describe.skipIf(cannotTest(protocol))(`${protocol}: a client that connects`, () => {
    test("and says nothing is closed at the handshake's deadline", async () => {
      await serve(protocol);
      const socket = knock();
      await noticed(1);
      clock.advance(HANDSHAKE_MS - 1);
      await arrived(socket);
      expect(socket.closed).toBe(false);
      clock.advance(1);
      await isClosed(socket);
    });

    test("and says its opening a byte at a time is closed at the same deadline", async () => {
      await serve(protocol);
      const bytes = await opening(protocol);
      const socket = knock();
      await noticed(1);
      for (let second = 0; second < HANDSHAKE_MS / 1000; second++) {
        expect(socket.closed).toBe(false);
        socket.write(bytes.subarray(second, second + 1));
        await arrived(socket);
        clock.advance(1000);
      }
      await isClosed(socket);
    });

    test("is closed for later ones when too many are in their handshake, and those who hurry still get in", async () => {
      await serve(protocol, { maxHandshakes: 3 });
      const silent: net.Socket[] = [];
      for (let count = 1; count <= 3; count++) {
        silent.push(knock());
        await noticed(count);
      }
      const [first, second, third] = silent;
      const last = knock();
      await isClosed(first);
      expect([second, third, last].map((socket) => socket.closed)).toEqual([false, false, false]);
      const link = await connect(server.urls[0], site.trust(protocol));
      await isClosed(second);
      expect([third, last].map((socket) => socket.closed)).toEqual([false, false]);
      await link.close();
    });

    test("and resets the connection in the middle of its opening is forgotten at once", async () => {
      await serve(protocol);
      const bytes = await opening(protocol);
      const socket = knock();
      socket.write(bytes.subarray(0, 10));
      await expect.poll(() => clock.timers).toBeGreaterThanOrEqual(1);
      if (protocol === "unix") socket.destroy();
      else socket.resetAndDestroy();
      await noticed(0);
    });

    test("does not keep a server from closing", async () => {
      await serve(protocol);
      const socket = knock();
      await noticed(1);
      await server.close();
      await isClosed(socket);
    });
  });
}

test("who has connected and said nothing is none of the links yet, so that what is sent to all reaches those who are there", async () => {
  await serve("tcp");
  knock();
  await expect.poll(() => server.handshaking.size).toBe(1);
  const link = await connect(server.urls[0], { runtime });
  const heard = new Promise((resolve) => link.on(Payload, ({ id }) => resolve(id)));
  for (const each of server.links) each.send(Payload, { id: 7 });
  expect([await heard, server.links.size, server.handshaking.size]).toEqual([7, 1, 1]);
  await link.close();
});

test.skipIf(cannotTest("tls"))("a client that is done with TLS has the deadline again for its HELLO", async () => {
  await serve("tls");
  const raw = knock();
  await noticed(1);
  clock.advance(HANDSHAKE_MS - 1);
  const socket = tls.connect({ socket: raw, ca: site.ca }).resume();
  await expect.poll(() => server.handshaking.size).toBe(1);
  clock.advance(HANDSHAKE_MS - 1);
  await arrived(socket);
  expect(socket.closed).toBe(false);
  clock.advance(1);
  await isClosed(socket);
});

for (const protocol of ["tls", "ws", "wss"] as const) {
  test.skipIf(process.platform !== "linux" || cannotTest(protocol))(
    `${protocol}: a client that comes from one port to two addresses of the server has a deadline at each`,
    async () => {
      const everywhere = "0.0.0.0:0";
      const at = protocol === "ws" ? everywhere : { ...site.own, address: everywhere };
      server = await listen({ [protocol]: at, runtime, limits: { handshakeTimeoutMs: HANDSHAKE_MS } });
      const port = Number(new URL(server.urls[0]).port);
      const first = net.connect({ port, host: "127.0.0.1", localAddress: "127.0.0.1" });
      await once(first, "connect");
      const { localPort } = first;
      const second = net.connect({ port, host: "127.0.0.2", localAddress: "127.0.0.1", localPort });
      await once(second, "connect");
      for (const socket of [first, second]) sockets.push(socket.on("error", () => {}).resume());
      await noticed(2);
      clock.advance(HANDSHAKE_MS);
      await Promise.all(sockets.map(isClosed));
    },
  );
}

for (const protocol of ["tls", "ws"] as const) {
  test.skipIf(cannotTest(protocol))(
    `${protocol}: a client whose opening waits unread while the server's process is blocked gets in all the same`,
    async () => {
      let timers = 0;
      const after = (ms: number, run: () => void) => {
        timers++;
        return systemClock.after(ms, run);
      };
      const blocked = createRuntime({ clock: { ...systemClock, after } });
      server = await listen({ ...site.at(protocol), runtime: blocked, limits: { handshakeTimeoutMs: 300 } });
      const socket = knock();
      await expect.poll(() => timers, { interval: 2 }).toBe(1);
      if (protocol === "ws") socket.write(UPGRADE);
      else tls.connect({ socket, ca: site.ca }).on("error", () => {});
      for (const end = performance.now() + 500; performance.now() < end; );
      await expect.poll(() => server.handshaking.size, { interval: 2 }).toBe(1);
      socket.destroy();
    },
  );
}
