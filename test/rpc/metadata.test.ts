import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Echo } from "../../schemas/gen/echo.js";
import { CODES } from "../../src/error.js";
import type { Call, Metadata } from "../../src/index.js";
import { handlers } from "../support/echo.js";
import { PairRig, RawRig, settle } from "../support/rig.js";
import * as wire from "../support/wire.js";

const ECHO_UNARY = 0x2925389f;
const text = new TextEncoder();

/** One entry of a header extension. */
function entry(type: number, data: Uint8Array, length = data.length): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((4 + data.length) / 8) * 8);
  new DataView(bytes.buffer).setUint16(0, type, true);
  new DataView(bytes.buffer).setUint16(2, length, true);
  bytes.set(data, 4);
  return bytes;
}

function item(key: string, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === "string" ? text.encode(value) : value;
  const size = new Uint8Array([bytes.length & 255, bytes.length >> 8]);
  return wire.join(new Uint8Array([key.length]), text.encode(key), size, bytes);
}

function open(ext: Uint8Array, stream = 1): Uint8Array {
  return wire.frame({ kind: wire.OPEN, flags: wire.END, stream, aux: ECHO_UNARY, ext });
}

/** A pair whose handler notes the metadata that arrives, and answers with `answer`. */
function pair(options: ConstructorParameters<typeof PairRig>[0] = {}, answer?: Metadata) {
  const rig = new PairRig(options);
  const seen: Metadata[] = [];
  const unary = (_request: unknown, call: Call) => {
    seen.push(call.metadata);
    if (answer) call.setAnswerMetadata(answer);
    return {};
  };
  rig.server.serve(Echo, { ...handlers, unary });
  return { rig, seen, echo: rig.client.client(Echo) };
}

const key = fc.stringMatching(/^[0-9a-z._-]{1,20}$/).filter((name) => !name.endsWith("-bin"));
const value = fc.string({ maxLength: 30, unit: fc.integer({ min: 32, max: 126 }).map((c) => String.fromCharCode(c)) });
const texts = fc.array(fc.tuple(key, value), { maxLength: 5 });
const binaries = fc.array(fc.tuple(key, fc.uint8Array({ maxLength: 30 })), { maxLength: 5 });
const anyMetadata = fc
  .tuple(texts, binaries)
  .map(([plain, binary]) => Object.fromEntries([...plain, ...binary.map(([name, bytes]) => [`${name}-bin`, bytes])]));

test("metadata of any kind arrives as it was sent, with the call and with the answer, whatever else is in the frame", async () => {
  await fc.assert(
    fc.asyncProperty(anyMetadata, fc.boolean(), async (metadata: Metadata, withDeadline) => {
      const { seen, echo } = pair({}, metadata);
      await settle();
      const answers: Metadata[] = [];
      const timeoutMs = withDeadline ? 50 : undefined;
      await echo.unary({}, { metadata, timeoutMs, onAnswerMetadata: (got) => void answers.push(got) });
      expect(Object.entries(seen[0])).toEqual(Object.entries(metadata));
      const expected = Object.keys(metadata).length === 0 ? [] : [Object.entries(metadata)];
      expect(answers.map((got) => Object.entries(got))).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test("what arrives has no key but those that were sent, whatever their names", async () => {
  const { seen, echo } = pair();
  await settle();
  await echo.unary({});
  const hostile: Metadata = { ["__proto__"]: "polluted", constructor: "x" };
  await echo.unary({}, { metadata: hostile });
  const [none, some] = seen;
  expect([none["constructor"], none["__proto__"], Object.keys(none)]).toEqual([undefined, undefined, []]);
  expect([some["__proto__"], some["constructor"], some["toString"]]).toEqual(["polluted", "x", undefined]);
  expect(Object.keys(some).sort()).toEqual(["__proto__", "constructor"]);
  expect(({} as { polluted?: unknown }).polluted).toBe(undefined);
});

describe("a caller is refused with the name of the key", () => {
  const refused: { [what: string]: [metadata: { [key: string]: unknown }, named: string] } = {
    "an upper-case key": [{ Token: "x" }, '"Token" is no key'],
    "an empty key": [{ "": "x" }, '"" is no key'],
    "a key with a line break": [{ "a\nb": "x" }, '"a\\nb" is no key'],
    "a long key, which is cut": [{ ["k".repeat(300)]: "x" }, `"${"k".repeat(40)}…" is no key`],
    "text that is no ASCII": [{ name: "Zoë" }, 'the value of "name"'],
    "text with a line break": [{ name: "a\r\nb" }, 'the value of "name"'],
    "bytes under a text key": [{ name: new Uint8Array(1) }, 'the value of "name"'],
    "text under a binary key": [{ "name-bin": "x" }, 'the value of "name-bin"'],
    "a number": [{ age: 3 }, 'the value of "age"'],
  };
  for (const [what, [metadata, named]] of Object.entries(refused)) {
    test(what, async () => {
      const { seen, echo } = pair();
      await settle();
      const call = echo.unary({}, { metadata: metadata as Metadata });
      await expect(call).rejects.toMatchObject({ code: "invalid_argument", text: expect.stringContaining(named) });
      expect(seen).toEqual([]);
    });
  }
});

test("a value is not put into the error about it", async () => {
  const { echo } = pair();
  await settle();
  const error: unknown = await echo.unary({}, { metadata: { token: "geheim\n" } }).catch((reason: unknown) => reason);
  expect(String(error)).not.toContain("geheim");
});

test("a key whose value is undefined is not sent", async () => {
  const { seen, echo } = pair();
  await settle();
  await echo.unary({}, { metadata: { token: undefined } });
  expect(seen).toEqual([{}]);
});

test("metadata up to the limit travels; above it the call fails at its sender, or at the receiver that allows less", async () => {
  const full = { k: "x".repeat(1024 - 4) };
  const { rig, seen, echo } = pair();
  const strict = pair({ serverLimits: { maxMetadataBytes: 100 } });
  await settle();
  await echo.unary({}, { metadata: full });
  expect(seen).toEqual([full]);
  const sent = rig.client.stats.framesOut;
  await expect(echo.unary({}, { metadata: { k: `${full.k}x` } })).rejects.toMatchObject({ code: "resource_exhausted" });
  expect(rig.client.stats.framesOut).toBe(sent);
  const refused = strict.echo.unary({}, { metadata: { k: "x".repeat(97) } });
  await expect(refused).rejects.toMatchObject({ code: "resource_exhausted" });
  await strict.echo.unary({}, { metadata: { k: "x".repeat(96) } });
  expect([strict.seen.length, strict.rig.client.state]).toEqual([1, "open"]);
  expect(strict.rig.leftovers).toEqual([0, 0, 0, 0]);
});

test("the largest metadata that can be allowed still fits beside a deadline, page after page", async () => {
  const limits = { maxMetadataBytes: 1920 };
  const { seen, echo } = pair({ limits, serverLimits: limits });
  await settle();
  const metadata = { "k-bin": new Uint8Array(1920 - 8).fill(7) };
  await Promise.all(Array.from({ length: 100 }, () => echo.unary({}, { metadata, timeoutMs: 100 })));
  expect(seen.length).toBe(100);
  for (const got of seen) expect({ ...got }).toEqual(metadata);
});

const malformed: { [what: string]: [ext: Uint8Array, code: string] } = {
  "an item that is cut off": [entry(2, item("key", "value").subarray(0, 7)), "invalid_argument"],
  "an item of one byte": [entry(2, new Uint8Array([200])), "invalid_argument"],
  "a key that is sent twice": [entry(2, wire.join(item("a", "1"), item("a", "2"))), "invalid_argument"],
  "a key in upper case": [entry(2, item("A", "1")), "invalid_argument"],
  "an empty key": [entry(2, item("", "1")), "invalid_argument"],
  "a text that is no ASCII": [entry(2, item("a", new Uint8Array([200]))), "invalid_argument"],
  "more than the limit": [entry(2, item("a", "x".repeat(1025))), "resource_exhausted"],
};

for (const [what, [ext, code]] of Object.entries(malformed)) {
  test(`metadata with ${what} fails its call with ${code}, and the link goes on`, async () => {
    const rig = new RawRig();
    let calls = 0;
    rig.server.serve(Echo, { ...handlers, unary: (request) => (calls++, request) });
    const peer = await rig.greet();
    await peer.say(open(ext));
    expect(CODES[peer.frames.at(-1)!.aux]).toBe(code);
    expect(calls).toBe(0);
    await peer.say(open(entry(2, item("a", "1"))));
    expect([peer.frames.at(-1)!.aux, calls]).toEqual([0, 1]);
  });
}

test("entries of unknown type before the metadata are skipped", async () => {
  const rig = new RawRig();
  const seen: Metadata[] = [];
  rig.server.serve(Echo, { ...handlers, unary: (_request, call) => (seen.push(call.metadata), {}) });
  const peer = await rig.greet();
  await peer.say(open(wire.join(entry(99, new Uint8Array(20)), entry(2, item("a", "1")))));
  expect(seen.map((got) => got["a"])).toEqual(["1"]);
});

test("an answer's metadata that may not travel is internal to the caller, who did nothing wrong", async () => {
  const { echo } = pair({}, { Bad: "x" });
  await settle();
  await expect(echo.unary({})).rejects.toMatchObject({ code: "internal", text: expect.stringContaining('"Bad"') });
});

test("an answer's metadata comes with an error too, and before a stream ends", async () => {
  const rig = new PairRig();
  const answers: unknown[] = [];
  rig.server.serve(Echo, {
    ...handlers,
    unary(_request, call) {
      call.setAnswerMetadata({ retry: "later" });
      throw new Error("no");
    },
    async *produce(_request, call) {
      call.setAnswerMetadata({ rows: "1" });
      yield { id: 7 };
    },
  });
  await settle();
  const echo = rig.client.client(Echo);
  const onAnswerMetadata = (got: Metadata): void => void answers.push({ ...got });
  await expect(echo.unary({}, { onAnswerMetadata })).rejects.toMatchObject({ code: "internal" });
  for await (const { id } of echo.produce({}, { onAnswerMetadata })) answers.push(id);
  answers.push("end");
  expect(answers.map((answer) => JSON.stringify(answer)).sort()).toEqual([
    '"end"',
    "7",
    '{"retry":"later"}',
    '{"rows":"1"}',
  ]);
  expect(answers.at(-1)).toBe("end");
});

test("what onAnswerMetadata throws is reported, and the answer comes all the same", async () => {
  const { rig, echo } = pair({}, { a: "1" });
  await settle();
  const onAnswerMetadata = (): never => {
    throw new Error("clumsy");
  };
  expect(await echo.unary({}, { onAnswerMetadata })).toMatchObject({ id: 0 });
  expect(rig.runtime.reports).toEqual(["onAnswerMetadata of echo.Echo/Unary: Error: clumsy"]);
});
