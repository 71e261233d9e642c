import { describe, expect, test } from "vitest";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import { Everything, type EverythingHandlers } from "../../schemas/gen/everything.js";
import { UNKNOWN } from "../../src/codec/index.js";
import { Connection, type Inbound } from "../../src/link/connection.js";
import { checkLimits } from "../../src/link/limits.js";
import { describe as describeThrown } from "../../src/link/report.js";
import { MillraceError, Outbox } from "../../src/index.js";
import { memoryPipe } from "../../src/testing/memory.js";
import { handlers } from "../support/echo.js";
import { connectRaw } from "../support/raw-server.js";
import { PairRig, RawPeer, settle, virtualRuntime } from "../support/rig.js";
import * as wire from "../support/wire.js";

describe("an answer that does not encode", () => {
  test("is internal to the caller, who did nothing wrong, and reported", async () => {
    const rig = new PairRig();
    rig.server.serve(Echo, { ...handlers, unary: () => ({ id: -1 }) });
    await settle();
    const failure = rig.client.client(Echo).unary({});
    await expect(failure).rejects.toMatchObject({ message: "[internal] the handler of echo.Echo/Unary failed" });
    expect(rig.runtime.reports).toEqual([expect.stringMatching(/echo.Echo\/Unary.*does not encode.*field 1: -1/)]);
    expect(rig.leftovers).toEqual([0, 0, 0, 0]);
  });

  test("ends a stream the same way, after the items before it", async () => {
    const rig = new PairRig();
    rig.server.serve(Echo, { ...handlers, produce: () => [{ id: 1 }, { id: 1.5 }] });
    await settle();
    const answers = rig.client.client(Echo).produce({});
    expect((await answers.next()).value).toMatchObject({ id: 1 });
    await expect(answers.next()).rejects.toMatchObject({ code: "internal" });
    expect(rig.runtime.reports).toEqual([expect.stringContaining("does not encode")]);
  });

  test("that a caller sends is the caller's own fault", async () => {
    const rig = new PairRig();
    rig.server.serve(Echo, handlers);
    await settle();
    await expect(rig.client.client(Echo).unary({ id: -1 })).rejects.toMatchObject({ code: "invalid_argument" });
    expect(rig.leftovers).toEqual([0, 0, 0, 0]);
  });
});

describe("bytes that a schema does not speak of", () => {
  const everything: EverythingHandlers = {
    unary: (request) => request,
    serverStream: () => [],
    async clientStream(requests) {
      for await (const _ of requests);
      return {};
    },
    duplex: () => [],
    then_: (request) => request,
    constructor_: (request) => request,
  };

  test("come back from a handler that returns its request", async () => {
    const rig = new PairRig();
    rig.server.serve(Everything, everything);
    await settle();
    const unknown = Uint8Array.of(0xa0, 0x06, 0x01);
    const answer = await rig.client.client(Everything).unary({ int32: 7, [UNKNOWN]: unknown });
    expect(answer).toMatchObject({ int32: 7, [UNKNOWN]: unknown });
  });

  test("and would take more memory than they pay for fail their call, and the link goes on", async () => {
    const rig = new PairRig();
    rig.server.serve(Everything, everything);
    await settle();
    const client = rig.client.client(Everything);
    const entries = new Uint8Array(400_000).map((_, i) => (i % 2 === 0 ? 0x32 : 0));
    await expect(client.clientStream([{ [UNKNOWN]: entries }])).rejects.toMatchObject({
      code: "resource_exhausted",
      text: expect.stringContaining("everything.Maps: field 6: holds more elements than its bytes pay for"),
    });
    expect(await client.clientStream([{ [UNKNOWN]: entries.subarray(0, 1000) }])).toMatchObject({ after: "" });
    expect(rig.leftovers).toEqual([0, 0, 0, 0]);
  });
});

test("what a caller's requests throw stays with the caller when it is no error of ours", async () => {
  const rig = new PairRig();
  const reasons: unknown[] = [];
  rig.server.serve(Echo, {
    ...handlers,
    async consume(requests, call) {
      call.signal.addEventListener("abort", () => reasons.push((call.signal.reason as MillraceError).message));
      for await (const _request of requests);
      return {};
    },
  });
  await settle();
  async function* failing(): AsyncGenerator<Partial<Payload>> {
    yield {};
    throw new TypeError("secret at /etc/passwd");
  }
  const failure = rig.client.client(Echo).consume(failing());
  await expect(failure).rejects.toMatchObject({ code: "cancelled", text: "secret at /etc/passwd" });
  await settle();
  expect(reasons).toEqual(["[cancelled] the requests failed"]);
});

test("what breaks a link from within is reported here, and the peer is not told what it was", async () => {
  const runtime = virtualRuntime();
  const peer = new RawPeer();
  const broken: Inbound = {
    services: [],
    changed(state) {
      if (state === "open") throw new TypeError("secret at /etc/passwd");
    },
    accept: () => {
      throw new Error("unused");
    },
    message: () => {},
  };
  memoryPipe(
    (transport) => ((peer.transport = transport), peer),
    (transport) => new Connection(false, transport, runtime, checkLimits(), broken),
  );
  await peer.say(wire.hello());
  expect(peer.frames.at(-1)).toMatchObject({ kind: wire.RESET, stream: 0, text: "the link failed" });
  expect(runtime.reports).toEqual([expect.stringContaining("secret at /etc/passwd")]);
});

test("a listener to a link's state that throws is reported, and neither link nor other listeners notice", async () => {
  const rig = new PairRig();
  const states: string[] = [];
  rig.client.onState(() => {
    throw new Error("clumsy");
  });
  rig.client.onState((state) => void states.push(state));
  await settle();
  await rig.client.close();
  expect(states).toEqual(["open", "closed"]);
  expect(rig.runtime.reports).toEqual(Array.from({ length: 2 }, () => "a listener to a link's state: Error: clumsy"));
});

test("whatever is thrown, the caller gets an answer and nothing goes unhandled", async () => {
  const rig = new PairRig();
  const thrown = [undefined, null, 7, "text", Object.create(null) as object, Symbol("s"), { message: 1 }];
  rig.server.serve(Echo, { ...handlers, unary: ({ id }) => Promise.reject(thrown[id] as Error) });
  await settle();
  for (const id of thrown.keys()) {
    await expect(rig.client.client(Echo).unary({ id })).rejects.toMatchObject({ code: "internal" });
  }
  async function* failing(): AsyncGenerator<Partial<Payload>> {
    yield {};
    throw Object.create(null);
  }
  await expect(rig.client.client(Echo).consume(failing())).rejects.toMatchObject({ code: "cancelled" });
});

test("a stream that ends with bytes that are no message frees its slot once", async () => {
  const { link, peer } = await connectRaw();
  const end = (stream: number): Uint8Array =>
    wire.frame({ kind: wire.DATA, flags: wire.END, stream, payload: new Uint8Array([0xff]) });
  for (let i = 0; i < 3; i++) {
    const next = link.client(Echo).produce({}).next();
    const failure = expect(next).rejects.toMatchObject({ code: "internal" });
    await settle();
    await peer.say(end(peer.frames.at(-1)!.stream));
    await failure;
    expect(link.connection.streams.count).toBe(0);
  }
  const calls = [link.client(Echo).produce({}), link.client(Echo).produce({})];
  await settle();
  const [one, other] = peer.frames.slice(-2).map(({ stream }) => stream & 0xfffff);
  expect(one).not.toBe(other);
  for (const call of calls) await call.return?.();
});

test("who writes to an outbox whose call was refused is told so, and does not wait for ever", async () => {
  const rig = new PairRig();
  await settle();
  const outbox = new Outbox<Payload>();
  const writing = outbox.write({ id: 1 });
  await expect(rig.client.client(Echo).consume(outbox, { timeoutMs: 0 })).rejects.toMatchObject({
    code: "deadline_exceeded",
  });
  await expect(writing).rejects.toMatchObject({ code: "cancelled" });
});

describe("the text of a peer", () => {
  const hostile = "gone\n2026-01-01 root logged in\u001b[2J\u2028\u202e";

  test("is given as it was said, but a message made of it is one printable line", () => {
    const error = new MillraceError("not_found", hostile);
    expect(error.text).toBe(hostile);
    expect(error.message).toBe("[not_found] gone\\u000a2026-01-01 root logged in\\u001b[2J\\u2028\\u202e");
    expect(error.stack?.split("\n")[0]).toContain("root logged in");
  });

  test("is one line in what is logged, and capped, with the frames and causes of the error below", () => {
    const cause = new Error(`${hostile}${"x".repeat(5000)}`);
    const lines = describeThrown(new TypeError(hostile, { cause })).split("\n");
    expect(lines[0]).toMatch(/^TypeError: gone\\u000a2026/);
    expect(lines.filter((line) => !line.startsWith("    at ")).length).toBe(2);
    expect(lines.some((line) => line.includes("errors.test.ts"))).toBe(true);
    expect(lines.every((line) => line.length < 1100)).toBe(true);
  });

  test("cannot pretend to be frames of a stack", () => {
    const text = describeThrown(new Error("x\n    at evil (/etc/passwd:1:1)"));
    expect(text.split("\n").filter((line) => line.startsWith("    at evil"))).toEqual([]);
  });

  test("is logged whatever was thrown", () => {
    expect(describeThrown(`a\nb`)).toBe("a\\u000ab");
    expect(describeThrown(Object.create(null))).toBe("what was thrown is no Error");
    const loop = new Error("loop");
    loop.cause = loop;
    expect(describeThrown(loop).split("caused by").length).toBeLessThan(10);
  });
});
