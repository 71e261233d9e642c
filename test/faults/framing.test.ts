import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Echo, type EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import { CappedPool } from "../../src/bytes/capped-pool.js";
import type { Slab } from "../../src/bytes/slab.js";
import { CODES } from "../../src/error.js";
import type { Link } from "../../src/index.js";
import type { Runtime } from "../../src/link/runtime.js";
import { connect, createRuntime, listen, type Server } from "../../src/node/index.js";
import type { RpcLink } from "../../src/rpc/rpc-link.js";
import { eventually } from "../support/eventually.js";
import { cannotTest, PROTOCOLS, Site } from "../support/site.js";
import * as wire from "../support/wire.js";
import { idOf, joinRaw, type RawClient } from "./raw.js";

const { frame, hello } = wire;
const KIB = 1024;

/** A pool that knows the most it ever lent. */
class WatchedPool extends CappedPool {
  longestBytes = 0;

  override lease(minBytes: number): Slab {
    this.longestBytes = Math.max(this.longestBytes, minBytes);
    return super.lease(minBytes);
  }
}

let site: Site;
let pool: WatchedPool;
let runtime: Runtime;
let server: Server;
let other: Link;
let started: number;
let aborts: string[];

beforeAll(() => {
  site = new Site();
});

afterAll(() => site.close());

const handlers: EchoHandlers = {
  unary(request, { signal }) {
    started++;
    if (request.id !== 666) return request;
    return new Promise((_resolve, reject) =>
      signal.addEventListener("abort", () => {
        aborts.push(String(signal.reason));
        reject(signal.reason as Error);
      }),
    );
  },
  produce: () => [],
  consume: () => (started++, {}),
  both: (requests) => (started++, requests),
};

const open = { kind: wire.OPEN, stream: 1 };
const call = (stream: number, id: number): Uint8Array =>
  frame({ ...open, stream, flags: wire.END, aux: idOf("unary"), payload: Payload.toBytes({ id }) });
const ping = frame({ kind: wire.PING, flags: wire.IGNORABLE, aux: 77 });

/** A header with this length, and nothing behind it. */
function announce(length: number): Uint8Array {
  const bytes = frame({ kind: wire.MESSAGE });
  new DataView(bytes.buffer).setUint32(0, length, true);
  return bytes;
}

/** A header with one byte changed. */
function spoilt(at: number, value: number): Uint8Array {
  const bytes = frame({ kind: wire.PING, flags: wire.IGNORABLE });
  bytes[at] = value;
  return bytes;
}

const UNUSED_FLAGS = [0x04, 0x10, 0x20, 0x40, 0x80];

const broken: { name: string; says: Uint8Array[]; code: string }[] = [
  { name: "a length of 0", says: [hello(), new Uint8Array(16)], code: "invalid_argument" },
  { name: "a length of 15", says: [hello(), announce(15)], code: "invalid_argument" },
  { name: "a length below its extension", says: [hello(), spoilt(6, 1)], code: "invalid_argument" },
  { name: "an unknown kind", says: [hello(), frame({ kind: 99 })], code: "unimplemented" },
  ...UNUSED_FLAGS.map((flag) => ({
    name: `the flag ${flag}, which may one day mean that it is compressed`,
    says: [hello(), spoilt(5, flag | wire.IGNORABLE)],
    code: "invalid_argument",
  })),
  { name: "a reserved byte in use", says: [hello(), spoilt(7, 1)], code: "invalid_argument" },
  { name: "a call before HELLO", says: [call(1, 1)], code: "failed_precondition" },
  { name: "two HELLOs", says: [hello(), hello()], code: "failed_precondition" },
  { name: "a HELLO of versions that are gone", says: [hello([0, 0])], code: "failed_precondition" },
  { name: "a HELLO of versions to come", says: [hello([2, 9])], code: "failed_precondition" },
  { name: "an OPEN of the server's parity", says: [hello(), call(0x80000001, 1)], code: "failed_precondition" },
];

for (const protocol of PROTOCOLS) {
  describe.skipIf(cannotTest(protocol))(`over ${protocol}`, () => {
    beforeEach(async () => {
      started = 0;
      aborts = [];
      pool = new WatchedPool();
      runtime = createRuntime({ slabs: pool });
      server = await listen({ ...site.at(protocol), runtime });
      server.serve(Echo, handlers);
      other = await connect(server.urls[0], { ...site.trust(protocol), runtime });
    });

    afterEach(async () => {
      await eventually(() => server.links.size).toBe(1);
      expect(await other.client(Echo).unary({ id: 3 })).toMatchObject({ id: 3 });
      await other.close();
      await server.close();
      await eventually(() => pool.leased).toBe(0);
    });

    const join = (first?: Uint8Array): Promise<RawClient> => joinRaw(server.urls[0], site.ca, first);

    for (const { name, says, code } of broken) {
      test(`${name} ends its link with ${code}, no handler runs, and no other link notices`, async () => {
        const client = await join(wire.join(...says, call(2, 2)));
        const last = await client.lastWord();
        expect([last?.kind, last?.stream, CODES[last!.aux]]).toEqual([wire.RESET, 0, code]);
        expect(started).toBe(0);
      });
    }

    test("frames of 2³¹ − 1 and 2³² − 1 bytes, and of one too many, are refused from their headers by the hundred", async () => {
      const clients = await Promise.all(Array.from({ length: 100 }, () => join()));
      await eventually(() => server.links.size).toBe(101);
      for (const [i, client] of clients.entries())
        client.say(announce([2 ** 31 - 1, 2 ** 32 - 1, 256 * KIB + 1][i % 3]));
      const codes = await Promise.all(clients.map(async (client) => CODES[(await client.lastWord())!.aux]));
      expect(codes).toEqual(clients.map(() => "resource_exhausted"));
      expect(pool.longestBytes).toBeLessThanOrEqual(64 * KIB);
    });

    test("a session that comes byte by byte is answered as one that comes whole", async () => {
      const session = wire.join(hello(), ping, call(1, 5), call(2, 6));
      const whole = await join(session);
      const pieces = await join(new Uint8Array(0));
      for (let at = 0; at < session.length; at++) {
        pieces.say(session.subarray(at, at + 1));
        if (at % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await eventually(() => [whole.frames.length, pieces.frames.length]).toEqual([4, 4]);
      expect(pieces.frames).toEqual(whole.frames);
      whole.leave("ends");
      pieces.leave("ends");
    });

    for (const how of ["ends", "resets"] as const) {
      test(`a connection that ${how} inside a frame fails its calls once, and gives all memory back`, async () => {
        const client = await join();
        client.say(call(1, 666), call(2, 666));
        await eventually(() => started).toBe(2);
        client.say(frame({ kind: wire.MESSAGE, payload: new Uint8Array(50_000) }).subarray(0, 30_000));
        await eventually(() => pool.leased).toBe(1);
        client.leave(how);
        await eventually(() => aborts.length).toBe(2);
        for (const reason of aborts) expect(reason).toContain("[unavailable]");
        await client.closed();
      });
    }

    test("frames for a stream that was never open, that is over, or that is the server's to open are skipped and counted", async () => {
      const client = await join(wire.join(hello(), call(1, 1)));
      await eventually(() => client.frames.length).toBe(2);
      const late = [7, 1, 0x80000001].flatMap((stream) =>
        [wire.DATA, wire.RESET, wire.CREDIT].flatMap((kind) =>
          [0, wire.END].map((flags) => frame({ kind, flags, stream, aux: 1, payload: Payload.toBytes({ id: 1 }) })),
        ),
      );
      client.say(...late, ping);
      await eventually(() => client.frames.at(-1)).toMatchObject({ kind: wire.PONG, aux: 77 });
      const link = [...server.links].at(-1) as RpcLink;
      expect([started, client.frames.length, link.connection.streams.lateFrames]).toEqual([1, 3, late.length]);
      client.leave("ends");
    });

    test("a call with no time left is answered deadline_exceeded, and its handler does not run", async () => {
      const ext = new Uint8Array([1, 0, 4, 0, 0, 0, 0, 0]);
      const client = await join(wire.join(hello(), frame({ ...open, flags: wire.END, aux: idOf("unary"), ext })));
      await eventually(() => client.frames.length).toBe(2);
      expect([started, CODES[client.frames[1].aux]]).toEqual([0, "deadline_exceeded"]);
      client.leave("ends");
    });
  });
}
