import { describe, expect, test } from "vitest";
import { Consumed, Echo, Payload, ProduceRequest } from "../../schemas/gen/echo.js";
import { CODES } from "../../src/error.js";
import { detail, findDetail, MillraceError } from "../../src/index.js";
import { handlers } from "../support/echo.js";
import { PairRig, RawRig, settle } from "../support/rig.js";
import { connectRaw } from "../support/raw-server.js";
import * as wire from "../support/wire.js";

/** The error that a caller gets when a handler throws `thrown`. */
async function received(thrown: unknown): Promise<{ error: MillraceError; rig: PairRig }> {
  const rig = new PairRig();
  const unary = (): Promise<never> => Promise.reject(thrown);
  rig.server.serve(Echo, { ...handlers, unary });
  await settle();
  const error: unknown = await rig.client
    .client(Echo)
    .unary({})
    .catch((reason: unknown) => reason);
  if (!(error instanceof MillraceError)) throw new Error("the call did not fail", { cause: error });
  return { error, rig };
}

test("details of several types arrive with code and text, each found by its type", async () => {
  const details = [detail(ProduceRequest, { count: 3 }), detail(Payload, { id: 9, data: new Uint8Array([1, 2, 3]) })];
  const { error } = await received(new MillraceError("resource_exhausted", "enough", { details }));
  expect(error).toMatchObject({ code: "resource_exhausted", text: "enough" });
  expect(findDetail(error, Payload)).toEqual({ id: 9, data: new Uint8Array([1, 2, 3]) });
  expect(findDetail(error, ProduceRequest)).toEqual({ count: 3, size: 0 });
  expect(findDetail(error, Consumed)).toBe(undefined);
});

test("an empty message is a detail too", async () => {
  const { error } = await received(new MillraceError("aborted", "", { details: [detail(Payload, {})] }));
  expect([error.text, findDetail(error, Payload)]).toEqual(["", { id: 0, data: new Uint8Array(0) }]);
});

test("what is no error of ours has no details", () => {
  for (const thrown of [undefined, null, 3, new Error("x"), { details: 1 }])
    expect(findDetail(thrown, Payload)).toBe(undefined);
});

test("a detail that does not encode is internal", () => {
  expect(() => detail(Payload, { id: -1 })).toThrow(expect.objectContaining({ code: "internal" }));
});

test("details of up to 8 KiB travel; larger ones stay, which is reported, and the error goes without them", async () => {
  const sized = (bytes: number) =>
    new MillraceError("aborted", "all of it", { details: [{ typeId: Payload.id, bytes: new Uint8Array(bytes) }] });
  const fits = await received(sized(8 * 1024 - 8));
  expect(fits.error.details.map(({ bytes }) => bytes.length)).toEqual([8184]);
  expect(fits.rig.runtime.reports).toEqual([]);
  const lost = await received(sized(8 * 1024 - 7));
  expect(lost.error).toMatchObject({ code: "aborted", text: "all of it", details: [] });
  expect(lost.rig.runtime.reports).toEqual([expect.stringMatching(/the handler of echo.Echo\/Unary: .*8200 bytes/)]);
});

test("details that are too large stay off the wire", async () => {
  const rig = new RawRig();
  const details = [{ typeId: 1, bytes: new Uint8Array(100_000) }];
  const unary = (): Promise<never> => Promise.reject(new MillraceError("aborted", "hi", { details }));
  rig.server.serve(Echo, { ...handlers, unary });
  const peer = await rig.greet();
  await peer.say(wire.frame({ kind: wire.OPEN, flags: wire.END, stream: 1, aux: 0x2925389f }));
  expect([...peer.frames.at(-1)!.payload]).toEqual([2, 0, 104, 105]);
});

test("details of many calls that fail at once all arrive, though one page does not hold them", async () => {
  let isHeld = false;
  const held: (() => void)[] = [];
  const rig = new PairRig({ pace: (step) => (isHeld ? void held.push(step) : queueMicrotask(step)) });
  const sizes: (number | undefined)[] = [];
  rig.server.serve(Echo, {
    ...handlers,
    consume(_requests, call) {
      call.signal.addEventListener("abort", () => sizes.push(findDetail(call.signal.reason, Payload)?.data.length));
      return new Promise(() => {});
    },
  });
  await settle();
  let fail = (): void => {};
  const failure = new Promise<void>((resolve) => (fail = resolve));
  const details = [detail(Payload, { data: new Uint8Array(8000) })];
  async function* failing(): AsyncGenerator<Partial<Payload>> {
    yield {};
    await failure;
    throw new MillraceError("data_loss", "half is gone", { details });
  }
  for (let i = 0; i < 20; i++)
    rig.client
      .client(Echo)
      .consume(failing())
      .catch(() => {});
  await settle();
  isHeld = true;
  fail();
  await settle();
  isHeld = false;
  for (const step of held) step();
  await settle();
  expect(sizes).toEqual(Array.from({ length: 20 }, () => 8000));
});

test("a long text is cut between characters", async () => {
  const { error } = await received(new MillraceError("aborted", `x${"€".repeat(1000)}`));
  expect(error.text).toBe(`x${"€".repeat(341)}`);
});

test("a handler that passes on an upstream error passes on its details, but never its cause", async () => {
  const upstream = await received(
    new MillraceError("not_found", "no such row", {
      details: [detail(Payload, { id: 4 })],
      cause: new Error("secret"),
    }),
  );
  const { error } = await received(upstream.error);
  expect([error.code, error.text, findDetail(error, Payload)?.id]).toEqual(["not_found", "no such row", 4]);
  expect(error.cause).toBe(undefined);
});

test("what a caller's requests throw reaches the handler with its details", async () => {
  const rig = new PairRig();
  const seen: unknown[] = [];
  rig.server.serve(Echo, {
    ...handlers,
    async *both(requests, call) {
      call.signal.addEventListener("abort", () => seen.push(findDetail(call.signal.reason, Payload)?.id));
      yield* requests;
    },
  });
  await settle();
  async function* failing(): AsyncGenerator<Partial<Payload>> {
    yield {};
    throw new MillraceError("data_loss", "half is gone", { details: [detail(Payload, { id: 5 })] });
  }
  const answers = rig.client.client(Echo).both(failing());
  await expect(
    (async () => {
      for await (const _answer of answers);
    })(),
  ).rejects.toMatchObject({ code: "data_loss" });
  await settle();
  expect(seen).toEqual([5]);
});

describe("details from a peer", () => {
  const head = (id: number, size: number): Uint8Array => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setUint32(0, id, true);
    new DataView(bytes.buffer).setUint32(4, size, true);
    return bytes;
  };
  const hi = new Uint8Array([2, 0, 104, 105, 0, 0, 0, 0]);
  const cases: { [what: string]: [payload: Uint8Array, text: string, details: number] } = {
    "nothing at all": [new Uint8Array(0), "", 0],
    "half a length": [new Uint8Array([5]), "", 0],
    "a text longer than the frame": [new Uint8Array([200, 0, 104, 105]), "hi", 0],
    "a text that is no UTF-8": [new Uint8Array([2, 0, 0xff, 105]), "\ufffdi", 0],
    "half a head of a detail": [wire.join(hi, new Uint8Array(7)), "hi", 0],
    "a detail longer than the frame": [wire.join(hi, head(Payload.id, 9), new Uint8Array(8)), "hi", 0],
    "a detail of 4 GiB": [wire.join(hi, head(Payload.id, 0xffffffff)), "hi", 0],
    "a good one before a bad one": [wire.join(hi, head(1, 0), head(2, 99)), "hi", 1],
    "one whose bytes are no message": [wire.join(hi, head(Payload.id, 1), new Uint8Array([0xff])), "hi", 1],
  };
  for (const [what, [payload, text, details]] of Object.entries(cases)) {
    test(`with ${what} leave the error and the link as they are`, async () => {
      const { link, peer } = await connectRaw();
      const call = link
        .client(Echo)
        .unary({})
        .catch((reason: unknown) => reason);
      await settle();
      const aborted = CODES.indexOf("aborted");
      await peer.say(wire.frame({ kind: wire.DATA, flags: wire.END, stream: 1, aux: aborted, payload }));
      const error = (await call) as MillraceError;
      expect([error.code, error.text, error.details.length]).toEqual(["aborted", text, details]);
      expect(findDetail(error, Payload)).toBe(undefined);
      expect(link.state).toBe("open");
    });
  }
});
