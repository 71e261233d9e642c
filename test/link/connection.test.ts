import { expect, test } from "vitest";
import { CODES } from "../../src/error.js";
import { establish } from "../support/single-link.js";
import { checkLimits } from "../../src/link/limits.js";
import { memoryPipe } from "../../src/testing/memory.js";
import { RawPeer, RawRig, settle, virtualRuntime } from "../support/rig.js";
import { connectRaw } from "../support/raw-server.js";
import * as wire from "../support/wire.js";

const { frame, hello } = wire;

/** The status of the RESET on stream 0 that a broken link ends with. */
function lastWord(frames: readonly wire.ReadFrame[]): string | undefined {
  const last = frames.at(-1);
  return last?.kind === wire.RESET && last.stream === 0 ? CODES[last.aux] : undefined;
}

test("a HELLO is answered by a HELLO", async () => {
  const rig = new RawRig();
  const peer = await rig.greet();
  expect(peer.frames.map(({ kind, aux }) => [kind, aux])).toEqual([[wire.HELLO, wire.MAGIC]]);
  expect([...rig.server.links].map((link) => link.state)).toEqual(["open"]);
});

test("a HELLO of a newer peer, with ranges that overlap and fields we do not know, is accepted", async () => {
  const rig = new RawRig();
  const peer = rig.join();
  const bytes = hello([1, 7]);
  const longer = frame({
    kind: wire.HELLO,
    aux: wire.MAGIC,
    payload: wire.join(bytes.subarray(16), new Uint8Array(40)),
  });
  await peer.say(longer);
  expect(peer.frames[0]?.kind).toBe(wire.HELLO);
});

const broken: { name: string; says: Uint8Array[]; code: string }[] = [
  { name: "a HELLO with the wrong magic", says: [hello([1, 1], 0x1234)], code: "failed_precondition" },
  { name: "a HELLO with no version in common", says: [hello([2, 9])], code: "failed_precondition" },
  {
    name: "a HELLO that is too short",
    says: [frame({ kind: 1, aux: wire.MAGIC, payload: new Uint8Array(8) })],
    code: "invalid_argument",
  },
  {
    name: "an HTTP request",
    says: [new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")],
    code: "resource_exhausted",
  },
  { name: "data before the handshake", says: [frame({ kind: wire.DATA, stream: 1 })], code: "failed_precondition" },
  { name: "a ping before the handshake", says: [frame({ kind: wire.PING, flags: 8 })], code: "failed_precondition" },
  {
    name: "a large frame before the handshake",
    says: [frame({ kind: wire.HELLO, payload: new Uint8Array(17_000) })],
    code: "resource_exhausted",
  },
  { name: "a second HELLO", says: [hello(), hello()], code: "failed_precondition" },
  { name: "an unknown kind", says: [hello(), frame({ kind: 99 })], code: "unimplemented" },
  { name: "a length below the header", says: [hello(), new Uint8Array(16)], code: "invalid_argument" },
  {
    name: "a flag that is not in use",
    says: [hello(), frame({ kind: wire.DATA, flags: 0x40 })],
    code: "invalid_argument",
  },
  {
    name: "a stream number of the server's own",
    says: [hello(), frame({ kind: wire.OPEN, stream: 0x80000001 })],
    code: "failed_precondition",
  },
  { name: "an OPEN on stream 0", says: [hello(), frame({ kind: wire.OPEN, stream: 0 })], code: "failed_precondition" },
];

for (const { name, says, code } of broken) {
  test(`${name} ends the link with ${code}, gives back its memory, and no other link notices`, async () => {
    const rig = new RawRig();
    const other = await rig.greet();
    const peer = rig.join();
    await peer.say(...says);
    expect(lastWord(peer.frames)).toBe(code);
    expect(peer.isClosed).toBe(true);
    expect(rig.runtime.slabs.leased).toBe(0);
    await other.say(frame({ kind: wire.PING, flags: 8, aux: 77 }));
    expect(other.frames.at(-1)).toMatchObject({ kind: wire.PONG, aux: 77 });
  });
}

test("a peer that allows more calls at once than there are numbers gets as many as there are", async () => {
  const bytes = hello();
  new DataView(bytes.buffer).setUint32(44, 2 ** 32 - 1, true);
  const { link } = await connectRaw(bytes);
  expect(link.connection.sender.peer!.maxStreams).toBe(2 ** 20 - 1);
});

test("an unknown kind that is marked as ignorable is skipped", async () => {
  const peer = await new RawRig().greet();
  await peer.say(frame({ kind: 99, flags: wire.IGNORABLE }), frame({ kind: wire.PING, flags: 8, aux: 1 }));
  expect(peer.frames.at(-1)?.kind).toBe(wire.PONG);
});

test("a server that refuses a client tells it why, under the code it means", async () => {
  const runtime = virtualRuntime();
  const server = new RawPeer();
  const link = establish(
    (start) =>
      memoryPipe(start, (transport) => {
        server.transport = transport;
        return server;
      }),
    runtime,
    checkLimits(),
  );
  const refused = expect(link).rejects.toThrow("[unauthenticated] who are you?");
  const text = new TextEncoder().encode("who are you?");
  const payload = wire.join(new Uint8Array([text.length, 0]), text);
  await server.say(frame({ kind: wire.RESET, aux: CODES.indexOf("unauthenticated"), payload }));
  await refused;
});

test("frames for streams that are not open are skipped", async () => {
  const peer = await new RawRig().greet();
  const late = [wire.DATA, wire.RESET, wire.CREDIT].map((kind) => frame({ kind, stream: 5, flags: 0 }));
  await peer.say(...late, frame({ kind: wire.PING, flags: 8, aux: 1 }));
  expect(peer.frames.at(-1)?.kind).toBe(wire.PONG);
});

test("an open call of an unknown method is answered unimplemented, and its number can be used again at once", async () => {
  const peer = await new RawRig().greet();
  const open = frame({ kind: wire.OPEN, flags: wire.END, stream: 1, aux: 0xabcdef });
  await peer.say(open);
  await peer.say(open);
  expect(peer.frames.slice(1).map(({ kind, flags, stream, aux }) => [kind, flags, stream, CODES[aux]])).toEqual([
    [wire.DATA, wire.END, 1, "unimplemented"],
    [wire.DATA, wire.END, 1, "unimplemented"],
  ]);
});

test("a frame that is cut off by the end of the connection leaves no memory behind", async () => {
  const rig = new RawRig();
  const peer = await rig.greet();
  await peer.say(frame({ kind: wire.DATA, stream: 1, payload: new Uint8Array(5000) }).subarray(0, 3000));
  expect(rig.runtime.slabs.leased).toBe(1);
  peer.transport.destroy();
  await settle();
  expect(rig.runtime.slabs.leased).toBe(0);
  expect(rig.server.links.size).toBe(0);
});

test("a peer that does not say HELLO in time is told so and closed", async () => {
  const rig = new RawRig({ handshakeTimeoutMs: 5000 });
  const peer = rig.join();
  rig.runtime.clock.advance(4999);
  await settle();
  expect(peer.frames).toEqual([]);
  rig.runtime.clock.advance(1);
  await settle();
  expect(lastWord(peer.frames)).toBe("deadline_exceeded");
  expect(peer.isClosed).toBe(true);
  expect(rig.runtime.clock.timers).toBe(0);
});

test("a peer that answers pings lives on, one that only sends data does not", async () => {
  const rig = new RawRig({ pingIntervalMs: 1000, pingTimeoutMs: 300 });
  const peer = await rig.greet();
  for (let ping = 1; ping <= 3; ping++) {
    rig.runtime.clock.advance(1000);
    await settle();
    expect(peer.frames.at(-1)).toMatchObject({ kind: wire.PING, aux: ping });
    await peer.say(frame({ kind: wire.PONG, flags: 8, aux: ping }));
  }
  rig.runtime.clock.advance(1000);
  await peer.say(frame({ kind: wire.PONG, flags: 8, aux: 3 }), frame({ kind: wire.PING, flags: 8, aux: 1 }));
  rig.runtime.clock.advance(299);
  expect(rig.server.links.size).toBe(1);
  rig.runtime.clock.advance(2);
  await settle();
  expect(peer.isClosed).toBe(true);
  expect([rig.server.links.size, rig.runtime.clock.timers, rig.runtime.slabs.leased]).toEqual([0, 0, 0]);
});

test("a peer that pings without ever reading the answers is cut off at the bound", async () => {
  const rig = new RawRig({ maxUnsentBytes: 16 * 1024 });
  const peer = await rig.greet();
  const pings = wire.join(...Array.from({ length: 2000 }, (_, i) => frame({ kind: wire.PING, flags: 8, aux: i })));
  await peer.say(pings);
  expect(peer.isClosed).toBe(true);
  expect(rig.runtime.slabs.leased).toBe(0);
});

test("an idle link holds no slab", async () => {
  const rig = new RawRig();
  await rig.greet();
  await settle();
  expect(rig.runtime.slabs.leased).toBe(0);
});
