import { describe, expect, test } from "vitest";
import { fingerprintOf } from "../../codegen/table.js";
import { Echo } from "../../schemas/gen/echo.js";
import { establish } from "../support/single-link.js";
import type { Link, Service } from "../../src/index.js";
import { checkLimits } from "../../src/link/limits.js";
import type { Transport } from "../../src/link/transport.js";
import { memoryPipe } from "../../src/testing/memory.js";
import { fails } from "../contract/check.js";
import { RawPeer, RawRig, settle, virtualRuntime } from "../support/rig.js";
import { DATA, END, frame, hello, HELLO, join, MAGIC, OPEN, type ReadFrame, RESET } from "../support/wire.js";

/** From docs/wire.md: FNV-1a of `millrace.Schema/Describe`. */
const DESCRIBE = 0x4d3501ed;
const echo = { unary: (request: object) => request, produce: () => [], consume: () => ({}), both: () => [] };

/** A SERVICES entry: ids and fingerprints. */
function services(...marks: readonly (readonly [id: number, fingerprint: bigint])[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((4 + marks.length * 12) / 8) * 8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 1, true);
  view.setUint16(2, marks.length * 12, true);
  for (const [i, [id, fingerprint]] of marks.entries()) {
    view.setUint32(4 + i * 12, id, true);
    view.setBigUint64(8 + i * 12, fingerprint, true);
  }
  return bytes;
}

/** A link to a server that says exactly what it is told to. */
async function joinRaw(entries: Uint8Array) {
  const runtime = virtualRuntime();
  const peer = new RawPeer();
  const accept = (transport: Transport): RawPeer => {
    peer.transport = transport;
    return peer;
  };
  const link: Promise<Link> = establish((start) => memoryPipe(start, accept), runtime, checkLimits());
  link.catch(() => {});
  await settle();
  await peer.say(hello([1, 1], MAGIC, entries));
  const questions = (): ReadFrame[] => peer.frames.filter(({ kind, aux }) => kind === OPEN && aux === DESCRIBE);
  const answer = (text: string | Uint8Array): Promise<void> => {
    const payload = typeof text === "string" ? new TextEncoder().encode(text) : text;
    return peer.say(frame({ kind: DATA, flags: END, stream: questions().at(-1)!.stream, payload }));
  };
  return { runtime, peer, link, questions, answer };
}

const lines = (...table: readonly string[]): string => table.map((line) => `${line}\n`).join("");
const markOf = (table: readonly string[]) => [Echo.schema.id, BigInt(`0x${fingerprintOf(table)}`)] as const;

/** A service that has only a name and a fingerprint. */
function bare(id: number): Service<object, object> {
  const schema = { id, fingerprint: "0000000000000001", table: [] };
  return { name: `bare.S${id}`, schema, methods: [], client: () => ({}), serve() {} };
}

describe("a HELLO", () => {
  const greeting = async (rig: RawRig): Promise<Uint8Array> => {
    const [first] = (await rig.greet()).frames;
    expect(first.kind).toBe(HELLO);
    return first.payload.slice(32);
  };

  test("lists the services that are served, each with its fingerprint", async () => {
    const rig = new RawRig();
    expect(await greeting(rig)).toEqual(new Uint8Array(0));
    rig.server.serve(Echo, echo);
    rig.server.serve(bare(7), {});
    expect(await greeting(rig)).toEqual(services([0xf9b7599f, 0x7f953160a4b461can], [7, 1n]));
  });

  test("lists a thousand services, and none of more", async () => {
    const rig = new RawRig();
    for (let id = 1; id <= 1000; id++) rig.server.serve(bare(id), {});
    expect((await greeting(rig)).length).toBe(12_008);
    rig.server.serve(bare(1001), {});
    expect((await greeting(rig)).length).toBe(0);
  });

  test("may hold entries that are not known", async () => {
    const unknown = new Uint8Array(16);
    unknown.set([0xff, 0xff, 9, 0]);
    const { link, peer, questions } = await joinRaw(join(unknown, services(markOf(["message p.M"]))));
    void (await link)
      .client(Echo)
      .unary({})
      .catch(() => {});
    await settle();
    expect([questions().length, peer.isClosed]).toEqual([1, false]);
  });

  test("with an entry that is cut short ends the link", async () => {
    const { link, peer } = await joinRaw(services(markOf([])).slice(0, 12));
    await fails(link, "invalid_argument");
    expect(peer.frames.at(-1)).toMatchObject({ kind: RESET, stream: 0, aux: 3 });
  });
});

describe("millrace.Schema/Describe", () => {
  const ask = async (payload: Uint8Array): Promise<ReadFrame> => {
    const rig = new RawRig();
    rig.server.serve(Echo, echo);
    const peer = await rig.greet();
    await peer.say(frame({ kind: OPEN, flags: END, stream: (1 << 20) | 1, aux: DESCRIBE, payload }));
    return peer.frames[1];
  };

  test("is answered by every server with the table, a line feed behind each line", async () => {
    const { flags, aux, payload } = await ask(Uint8Array.of(0x9f, 0x59, 0xb7, 0xf9));
    expect({ flags, aux }).toEqual({ flags: END, aux: 0 });
    expect(new TextDecoder().decode(payload)).toBe(lines(...Echo.schema.table));
  });

  test("says not_found for a service that is not served, and refuses what is no id", async () => {
    expect(await ask(Uint8Array.of(1, 2, 3, 4))).toMatchObject({
      aux: 5,
      text: expect.stringContaining("0x4030201") as string,
    });
    expect(await ask(Uint8Array.of(1, 2, 3))).toMatchObject({ aux: 3 });
    expect(await ask(new Uint8Array(0))).toMatchObject({ aux: 3 });
  });
});

describe("a client that waits for a verdict", () => {
  const grown = Echo.schema.table.map((line) => line.replace("echo.Payload 1:uint32", "echo.Payload 1:uint64"));

  test("heeds deadline and signal of its calls, and asks again when nobody answered in time", async () => {
    const { link, peer, questions, answer, runtime } = await joinRaw(services(markOf(grown)));
    const client = (await link).client(Echo);
    await fails(client.unary({}, { signal: AbortSignal.abort() }), "cancelled");
    await fails(client.unary({}, { timeoutMs: 0 }), "deadline_exceeded");
    await fails(client.unary({}, { timeoutMs: NaN }), "invalid_argument");
    expect(questions().length).toBe(0);

    const stop = new AbortController();
    const hurried = fails(client.unary({}, { timeoutMs: 100 }), "deadline_exceeded");
    const stopped = fails(client.produce({}, { signal: stop.signal }).next(), "cancelled");
    const patient = fails(client.unary({}), "deadline_exceeded");
    await settle();
    runtime.clock.advance(100);
    stop.abort();
    await Promise.all([hurried, stopped]);
    runtime.clock.advance(5_000);
    await patient;
    expect(questions().length).toBe(1);

    const late = client.unary({ id: 1 }, { timeoutMs: 1_000 });
    const later = fails(client.unary({ id: 2 }, { timeoutMs: 1_000 }), "deadline_exceeded");
    await settle();
    expect(questions().length).toBe(2);
    runtime.clock.advance(400);
    await answer(lines(...grown));
    const call = peer.frames.find(({ aux }) => aux === 0x2925389f)!;
    expect(call.kind).toBe(OPEN);
    runtime.clock.advance(599);
    await peer.say(frame({ kind: DATA, flags: END, stream: call.stream, payload: Uint8Array.of(8, 5) }));
    expect(await late).toMatchObject({ id: 5 });
    runtime.clock.advance(1);
    await later;
  });

  test("fails its calls when the link closes", async () => {
    const { link, peer } = await joinRaw(services(markOf(grown)));
    const call = fails((await link).client(Echo).unary({}), "unavailable");
    await peer.say(frame({ kind: RESET, aux: 1 }));
    await call;
  });

  test.each([
    ["of text that its fingerprint is not of", "message p.M\n", [], "does not match the fingerprint"],
    ["that cannot be understood", "rpc\n", ["rpc"], "line 1 of the table cannot be understood"],
    ["that leaves types out", "message p.M 1:p.N\n", ["message p.M 1:p.N"], "does not describe p.N"],
  ])("refuses a table %s", async (_, text, table, why) => {
    const { link, questions, answer } = await joinRaw(services(markOf(table)));
    const opened = await link;
    const call = fails(opened.client(Echo).unary({}), "failed_precondition");
    await settle();
    await answer(text);
    expect((await call).message).toContain(why);
    expect((await fails(opened.client(Echo).unary({}), "failed_precondition")).message).toContain(why);
    expect([questions().length, opened.state]).toEqual([1, "open"]);
  });

  test("fails its calls, and no others, when the table is not even text", async () => {
    const { link, answer } = await joinRaw(services(markOf(["x"])));
    const opened = await link;
    const call = fails(opened.client(Echo).unary({}), "internal");
    await settle();
    await answer(Uint8Array.of(0xff, 0xfe));
    expect((await call).message).toContain("millrace.Schema/Describe is refused");
    expect(opened.state).toBe("open");
  });
});
