import { createHash } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { deflateRawSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Runtime } from "../../src/link/runtime.js";
import { connect, createRuntime, listen, type Server } from "../../src/node/index.js";
import * as wire from "../support/wire.js";
import { portOf } from "./raw.js";

const TEXT = 1;
const BINARY = 2;
const CONTINUATION = 0;
const FIN = 0x80;
const COMPRESSED = 0x40;

let runtime: Runtime;
let server: Server;

beforeEach(() => {
  runtime = createRuntime();
});

afterEach(async () => {
  await server.close();
  expect(runtime.slabs.leased).toBe(0);
});

/** Listens for WebSockets, and upgrades a bare socket to one. */
async function upgrade(limits: object = {}, extensions = ""): Promise<{ socket: net.Socket; answer: string }> {
  server = await listen({ ws: "127.0.0.1:0", runtime, limits });
  const socket = net.connect(portOf(server), "127.0.0.1");
  socket.on("error", () => {});
  socket.write(
    `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n${extensions}\r\n`,
  );
  const [head] = (await once(socket, "data")) as [Buffer];
  socket.resume();
  return { socket, answer: head.toString("latin1") };
}

/** One frame of a WebSocket, masked with zeros as a client's must be masked with something. */
function piece(first: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255];
  return wire.join(Uint8Array.of(first, ...size, 0, 0, 0, 0), payload);
}

const bad: { name: string; says: Uint8Array[] }[] = [
  { name: "a text message", says: [piece(FIN | TEXT, Uint8Array.of(104, 105))] },
  { name: "a continuation of nothing", says: [piece(FIN | CONTINUATION, Uint8Array.of(1))] },
  { name: "a message inside another", says: [piece(BINARY, Uint8Array.of(1)), piece(FIN | BINARY, Uint8Array.of(2))] },
  {
    name: "a message of 16,000 fragments of one byte",
    says: [
      piece(BINARY, Uint8Array.of(1)),
      ...Array.from({ length: 16_000 }, () => piece(CONTINUATION, Uint8Array.of(0))),
    ],
  },
  { name: "a compressed message", says: [piece(FIN | COMPRESSED | BINARY, Uint8Array.of(1, 2, 3))] },
  {
    name: "a message that would be 50 MB if it were not compressed",
    says: [piece(FIN | COMPRESSED | BINARY, deflateRawSync(new Uint8Array(50_000_000)).subarray(0, 50_000))],
  },
  { name: "a frame with reserved bits", says: [piece(FIN | 0x30 | BINARY, Uint8Array.of(1))] },
  { name: "a frame without a mask", says: [Uint8Array.of(FIN | BINARY, 1, 0)] },
];

for (const { name, says } of bad) {
  test(`${name} closes the WebSocket`, async () => {
    const { socket } = await upgrade({ handshakeTimeoutMs: 60_000 });
    socket.write(wire.join(piece(FIN | BINARY, wire.hello()), ...says));
    await once(socket, "close");
    await expect.poll(() => server.links.size).toBe(0);
  });
}

test("a message that is never finished closes the WebSocket, since no PONG can come behind it", async () => {
  const { socket } = await upgrade({ pingIntervalMs: 50, pingTimeoutMs: 100 });
  socket.write(piece(FIN | BINARY, wire.hello()));
  await expect.poll(() => server.links.size).toBe(1);
  socket.write(piece(BINARY, new Uint8Array(1000)));
  await once(socket, "close");
  await expect.poll(() => server.links.size).toBe(0);
});

test("a HELLO that is never finished closes the WebSocket at the handshake's deadline", async () => {
  const { socket } = await upgrade({ handshakeTimeoutMs: 100 });
  socket.write(piece(BINARY, wire.hello()));
  await once(socket, "close");
  await expect.poll(() => server.links.size).toBe(0);
});

const offers = [
  "permessage-deflate; client_max_window_bits=15",
  "permessage-deflate; client_max_window_bits=99; server_max_window_bits=-1",
  'permessage-deflate; x="',
];

for (const offer of offers) {
  test(`a WebSocket that offers ${offer} gets no compression`, async () => {
    const { socket, answer } = await upgrade({}, `Sec-WebSocket-Extensions: ${offer}\r\n`);
    expect(answer).toContain("101 Switching Protocols");
    expect(answer.toLowerCase()).not.toContain("sec-websocket-extensions");
    socket.destroy();
  });
}

test("a server that compresses unasked is not connected to", async () => {
  server = await listen({ tcp: "127.0.0.1:0", runtime });
  const compressing = http.createServer().on("upgrade", ({ headers }, socket) => {
    const key = createHash("sha1").update(`${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Accept: ${key.digest("base64")}\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n`,
    );
  });
  await new Promise<void>((resolve) => compressing.listen(0, "127.0.0.1", resolve));
  const url = `ws://127.0.0.1:${(compressing.address() as net.AddressInfo).port}`;
  await expect(connect(url, { runtime })).rejects.toThrow("[unavailable]");
  compressing.close();
});
