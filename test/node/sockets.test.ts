import { execFile } from "node:child_process";
import http from "node:http";
import net from "node:net";
import { inspect, promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { Echo } from "../../schemas/gen/echo.js";
import type { Runtime } from "../../src/link/runtime.js";
import { connect, createRuntime, listen, type Server } from "../../src/node/index.js";
import { RawSocket } from "../faults/raw.js";
import { handlers } from "../support/echo.js";
import { root } from "../support/sources.js";
import * as wire from "../support/wire.js";

let runtime: Runtime;
let server: Server;

beforeEach(async () => {
  runtime = createRuntime();
  const limits = { handshakeTimeoutMs: 60_000 };
  server = await listen({ tcp: "127.0.0.1:0", ws: "127.0.0.1:0", origins: ["https://example.com"], runtime, limits });
});

afterEach(() => server.close());

/** Sends bytes over a bare TCP socket and resolves with all that came back once the server has closed it. */
function talk(...chunks: readonly Uint8Array[]): Promise<wire.ReadFrame[]> {
  return new Promise((resolve, reject) => {
    const heard: Uint8Array[] = [];
    const socket = net.connect(Number(new URL(server.urls[0]).port), "127.0.0.1", () => {
      for (const chunk of chunks) socket.write(chunk);
    });
    socket.on("data", (chunk: Buffer) => heard.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(wire.frames(wire.join(...heard))));
  });
}

/** What becomes of a WebSocket that is opened with these headers and says this. */
function webSocket(
  says: readonly (Uint8Array | string)[],
  origin?: string,
): Promise<{ frames: wire.ReadFrame[]; end: string }> {
  return new Promise((resolve) => {
    const heard: Uint8Array[] = [];
    const socket = new WebSocket(server.urls[1], origin === undefined ? {} : { origin });
    const done = (end: string): void => resolve({ frames: wire.frames(wire.join(...heard)), end });
    socket.on("open", () => {
      for (const chunk of says) socket.send(chunk);
      if (says.length === 0) socket.close();
    });
    socket.on("message", (data: Buffer) => heard.push(data));
    socket.on("unexpected-response", (_request, response) => done(`refused with ${response.statusCode}`));
    socket.on("close", (code) => done(`closed with ${code}`));
    socket.on("error", () => {});
  });
}

const resourceExhausted = 8;
const invalidArgument = 3;

test("a frame over the limit is refused over a real socket from its header, and no other link notices", async () => {
  const other = await connect(server.urls[0], { runtime });
  const huge = new Uint8Array(16);
  new DataView(huge.buffer).setUint32(0, 2 ** 31 - 1, true);
  const frames = await talk(wire.hello(), huge);
  expect(frames.at(-1)).toMatchObject({ kind: wire.RESET, stream: 0, aux: resourceExhausted });
  expect(frames.at(-1)?.text).toContain("2147483647");
  expect(other.state).toBe("open");
  await other.close();
  await expect.poll(() => [server.links.size, runtime.slabs.leased]).toEqual([0, 0]);
});

test("a connection that is reset in the middle of a frame leaves nothing behind", async () => {
  const socket = net.connect(Number(new URL(server.urls[0]).port), "127.0.0.1");
  const half = wire.frame({ kind: wire.MESSAGE, payload: new Uint8Array(50_000) }).subarray(0, 30_000);
  socket.write(wire.join(wire.hello(), half));
  await expect.poll(() => runtime.slabs.leased).toBe(1);
  socket.resetAndDestroy();
  await expect.poll(() => [server.links.size, runtime.slabs.leased]).toEqual([0, 0]);
});

for (const how of ["ends", "resets"] as const) {
  test(`a server that ${how} its connection inside a frame fails each call of its client once, as unavailable`, async () => {
    const half = wire.frame({ kind: wire.MESSAGE, payload: new Uint8Array(50_000) }).subarray(0, 30_000);
    let peer: RawSocket | undefined;
    const raw = net.createServer((socket) => {
      peer = new RawSocket(socket);
      peer.say(wire.hello());
    });
    await new Promise<void>((resolve) => raw.listen(0, "127.0.0.1", resolve));
    const { port } = raw.address() as net.AddressInfo;
    const link = await connect(`tcp://127.0.0.1:${port}`, { runtime, reconnect: false });
    const ends: string[] = [];
    for (let i = 0; i < 2; i++) {
      link
        .client(Echo)
        .unary({})
        .catch((error: unknown) => ends.push(String(error)));
    }
    await expect.poll(() => peer?.frames.length).toBe(3);
    peer?.say(half);
    await expect.poll(() => runtime.slabs.leased).toBe(1);
    peer?.leave(how);
    await link.closed;
    await expect.poll(() => [ends.length, runtime.slabs.leased]).toEqual([2, 0]);
    for (const end of ends) expect(end).toContain("[unavailable]");
    raw.close();
  });
}

test("a text message on the WebSocket ends the link with a typed error", async () => {
  const { frames, end } = await webSocket([wire.hello(), "hello?"]);
  expect(frames.at(-1)).toMatchObject({ kind: wire.RESET, stream: 0, aux: invalidArgument });
  expect(end).toMatch(/^closed/);
  await expect.poll(() => [server.links.size, runtime.slabs.leased]).toEqual([0, 0]);
});

test("many frames in one WebSocket message, and one frame in many, are all understood", async () => {
  const pings = wire.join(...Array.from({ length: 50 }, (_, i) => wire.frame({ kind: wire.PING, flags: 8, aux: i })));
  const { frames } = await webSocket([wire.hello(), pings, wire.frame({ kind: 99 })]);
  expect(frames.filter(({ kind }) => kind === wire.PONG).map(({ aux }) => aux)).toEqual(
    Array.from({ length: 50 }, (_, i) => i),
  );
});

test("a WebSocket message over the limit is refused from its header", async () => {
  const { end } = await webSocket([wire.hello(), new Uint8Array(1_048_576 + 16)]);
  expect(end).toBe("closed with 1009");
});

const origins: { origin: string | undefined; end: string }[] = [
  { origin: "https://example.com", end: "closed with 1005" },
  { origin: undefined, end: "closed with 1005" },
  { origin: "null", end: "refused with 403" },
  { origin: "https://evil-example.com", end: "refused with 403" },
  { origin: "https://example.com.evil.org", end: "refused with 403" },
  { origin: "http://example.com", end: "refused with 403" },
  { origin: "https://example.com:8443", end: "refused with 403" },
  { origin: "https://EXAMPLE.com", end: "refused with 403" },
  { origin: "https://example.com/", end: "refused with 403" },
];

for (const { origin, end } of origins) {
  test(`a WebSocket from the origin ${origin ?? "that is not named"} is ${end}`, async () => {
    expect((await webSocket([], origin)).end).toBe(end);
  });
}

test("origins that no page has are refused where they are given, those of pages and extensions are not", async () => {
  for (const origin of ["*", "example.com", "localhost:3000", "https://example.com/", "https://EXAMPLE.com", "null"]) {
    const listening = listen({ ws: "127.0.0.1:0", origins: ["https://example.com", origin], runtime });
    await expect(listening).rejects.toThrow(`[invalid_argument] "${origin}" is not the origin of a page: write`);
  }
  const known = ["http://localhost:3000", "https://[::1]:8443", "chrome-extension://abcdefgh", "capacitor://localhost"];
  await (await listen({ ws: "127.0.0.1:0", origins: known, runtime })).close();
});

test("a client that takes one transport for another is told so", async () => {
  const [tcp, ws] = server.urls.map((url) => new URL(url).host);
  const wrong = {
    [`ws://${tcp}`]: `[failed_precondition] ws://${tcp} does not speak WebSocket: is tcp:// or tls:// meant`,
    [`tcp://${ws}`]:
      "[resource_exhausted] a frame of 1347703880 bytes is over the limit of 16384; is the peer speaking",
  };
  for (const [url, complaint] of Object.entries(wrong)) {
    await expect(connect(url, { runtime })).rejects.toThrow(complaint);
  }
});

test("a plain HTTP request is told what this endpoint is", async () => {
  const page = await fetch(server.urls[1].replace("ws:", "http:"));
  expect([page.status, await page.text()]).toEqual([426, "This is a WebSocket endpoint.\n"]);
});

test("a port in use is one clear error", async () => {
  const address = server.urls[0].slice("tcp://".length);
  await expect(listen({ tcp: address })).rejects.toThrow(`[unavailable] tcp://${address} is in use: stop the process`);
  await expect(listen({ tcp: "127.0.0.1:0", ws: address })).rejects.toThrow("is in use");
});

test("nobody at home is one clear error", async () => {
  const [tcp, ws] = server.urls;
  await server.close();
  await expect(connect(tcp)).rejects.toThrow(`[unavailable] nothing listens on ${tcp}`);
  await expect(connect(ws)).rejects.toThrow(`[unavailable] nothing listens on ${ws}`);
});

test("the password in a WebSocket's URL reaches the server, and no error or address that may be logged", async () => {
  const secret = (url: string): string => url.replace("//", "//ada:sesame@");
  const asked: unknown[] = [];
  const proxy = http.createServer().on("upgrade", ({ headers }, socket) => {
    asked.push(headers.authorization);
    socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const url = `ws://127.0.0.1:${(proxy.address() as net.AddressInfo).port}/a?b@c`;
  await expect(connect(secret(url))).rejects.toThrow(`[unavailable] ${url} answered 401`);
  expect(asked).toEqual([`Basic ${btoa("ada:sesame")}`]);
  proxy.close();
  const open = server.urls.find((each) => each.startsWith("ws:"))!;
  const link = await connect(secret(open), { runtime });
  expect(link.peer.address).toBe(open);
  await link.close();
});

test("an address that is none, a transport that is not known and a limit that is out of range are each named", async () => {
  await expect(connect("127.0.0.1:7000")).rejects.toThrow("[invalid_argument]");
  await expect(connect("tcp://127.0.0.1:99999")).rejects.toThrow("[invalid_argument]");
  await expect(connect("udp://127.0.0.1:7000")).rejects.toThrow("[invalid_argument]");
  await expect(connect("ws://")).rejects.toThrow("[invalid_argument]");
  await expect(listen({})).rejects.toThrow("[invalid_argument] listen() needs an address");
  await expect(connect("tcp://127.0.0.1:1", { limits: { maxFrameBytes: 5 } })).rejects.toThrow("maxFrameBytes must be");
  await expect(listen({ tcp: ":0", limits: JSON.parse('{ "constructor": 5 }') as object })).rejects.toThrow(
    "no limit called constructor",
  );
});

test("a server that accepts and says nothing is given up at the handshake's deadline", async () => {
  const mute = net.createServer(() => {});
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  const { port } = mute.address() as net.AddressInfo;
  const limits = { handshakeTimeoutMs: 50 };
  await expect(connect(`tcp://127.0.0.1:${port}`, { limits })).rejects.toThrow(
    "[deadline_exceeded] no HELLO within 50 ms",
  );
  mute.close();
});

test("a peer that speaks something else is named as such", async () => {
  const stranger = net.createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const { port } = stranger.address() as net.AddressInfo;
  await expect(connect(`tcp://127.0.0.1:${port}`)).rejects.toThrow(/resource_exhausted|invalid_argument/);
  stranger.close();
});

test("calls that share a signal are as many as one likes, and Node.js warns of none", async () => {
  const script = `
    import { connect, listen } from "millrace/node";
    import { Echo } from "./dist/schemas/gen/echo.js";
    import { Publisher } from "millrace";
    import { Market } from "./dist/schemas/gen/market.js";
    const server = await listen({ tcp: "127.0.0.1:0" });
    const forever = () => new Promise(() => {});
    server.serve(Echo, { unary: forever, produce: async function* () { await forever(); }, consume() {}, both() {} });
    server.topic(Market.quotes);
    const link = await connect(server.urls[0]);
    const stop = new AbortController();
    const { signal } = stop;
    const around = await connect(server.urls[0], { interceptors: [(call, next) => next(call)] });
    const publisher = new Publisher(link, forever);
    const calls = Array.from({ length: 50 }, () => [
      link.client(Echo).unary({}, { signal }),
      around.client(Echo).produce({}, { signal }).next(),
      link.client(Market).quotes({}, { signal }).next(),
      publisher.publish({}, signal),
    ]).flat();
    await new Promise(setImmediate);
    stop.abort();
    console.log(new Set((await Promise.allSettled(calls)).map(({ reason }) => reason?.code)));
    await around.close();
    await link.close();
    await server.close();`;
  const args = ["--input-type=module", "-e", script];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root });
  expect([stdout, stderr]).toEqual(["Set(1) { 'cancelled' }\n", ""]);
});

test("a process that has closed its links and server ends by itself", async () => {
  const script = `
    import { connect, listen } from "millrace/node";
    const server = await listen({ tcp: "127.0.0.1:0", ws: "127.0.0.1:0" });
    const links = await Promise.all(server.urls.map((url) => connect(url, { reconnect: false })));
    await links[0].close();
    await server.close();
    console.log(links.map((link) => link.state).join());`;
  const output = await new Promise((resolve, reject) => {
    const args = ["--input-type=module", "-e", script];
    execFile(process.execPath, args, { cwd: root, timeout: 10_000 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
  });
  expect(output).toBe("closed,closed\n");
});

test("what is printed of a peer shows who it is, and nothing that was received", async () => {
  const printed: string[] = [];
  server.serve(Echo, { ...handlers, unary: (request, { peer }) => (printed.push(inspect(peer)), request) });
  for (const url of server.urls) {
    const link = await connect(url);
    await link.client(Echo).unary({});
    printed.push(inspect(link.peer));
    await link.close();
  }
  expect(printed).toHaveLength(4);
  const whoItIs = /^\w+ \{(?:\s*(?:address: '[^']+'|certificate: undefined),?)+\s*\}$/;
  for (const text of printed) expect(text).toMatch(whoItIs);
});
