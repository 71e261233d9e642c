import { afterEach, beforeEach, expect, test } from "vitest";
import type { Link } from "millrace";
import { Echo, type EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import type { Runtime } from "../../src/link/runtime.js";
import { connect, createRuntime, type Limits, listen, type Server } from "../../src/node/index.js";
import { debugging } from "../../src/rpc/debugging.js";

const none: EchoHandlers = { unary: (request) => request, produce: () => [], consume: () => ({}), both: () => [] };
const long = new Uint8Array(80_000).map((_, i) => i);

let runtime: Runtime;
let server: Server;
let link: Link;

async function start(isDebugging = false, limits: Partial<Limits> = {}): Promise<void> {
  runtime = createRuntime({ debug: isDebugging ? debugging : undefined, report: () => {} });
  server = await listen({ tcp: "127.0.0.1:0", runtime, limits });
  link = await connect(server.urls[0], { runtime: createRuntime(), limits });
}

beforeEach(() => start());

afterEach(async () => {
  await link.close();
  await server.close();
  await expect.poll(() => runtime.slabs.leased).toBe(0);
});

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Calls until the link reads long frames into slabs of its own. */
async function warmUp(): Promise<void> {
  for (let i = 0; i < 3; i++) await link.client(Echo).unary({ data: long });
}

test("on a busy link nearly no received byte of long messages is copied", async () => {
  server.serve(Echo, { ...none, unary: ({ data }) => ({ id: data[79_999] }) });
  await warmUp();
  const [{ stats: before }] = server.links;
  for (let round = 0; round < 10; round++) {
    const calls = Array.from({ length: 50 }, () => link.client(Echo).unary({ data: long }));
    for (const { id } of await Promise.all(calls)) expect(id).toBe(79_999 & 255);
  }
  const [{ stats: after }] = server.links;
  const share = (after.bytesCopied - before.bytesCopied) / (after.bytesIn - before.bytesIn);
  expect(share).toBeLessThan(0.1);
});

test("what a handler was lent stays as it is while it awaits, however much comes behind", async () => {
  let go = (): void => {};
  const gate = new Promise<void>((resolve) => (go = resolve));
  let isLent = false;
  server.serve(Echo, {
    ...none,
    async unary({ id, data }) {
      if (id === 1) {
        isLent ||= data.buffer.byteLength > data.length;
        await gate;
      }
      return { id, data };
    },
  });
  await warmUp();
  const held = Array.from({ length: 20 }, (_, i) =>
    link.client(Echo).unary({ id: 1, data: long.map((byte) => byte ^ i) }),
  );
  for (let i = 0; i < 200; i++) await link.client(Echo).unary({ id: 2, data: long.fill(0xee) });
  long.forEach((_, i) => (long[i] = i));
  go();
  for (const [i, { data }] of (await Promise.all(held)).entries())
    expect(
      same(
        data,
        long.map((byte) => byte ^ i),
      ),
    ).toBe(true);
  expect(isLent).toBe(true);
});

test("a handler that never settles loses its hold at the deadline, and nobody else is given its memory", async () => {
  const kept: Uint8Array[] = [];
  server.serve(Echo, {
    ...none,
    unary({ id, data }) {
      if (id === 0) return { data };
      kept.push(data);
      return new Promise(() => {});
    },
  });
  await warmUp();
  const call = link.client(Echo).unary({ id: 1, data: long }, { timeoutMs: 30 });
  await expect(call).rejects.toThrow("deadline_exceeded");
  for (let i = 0; i < 100; i++) await link.client(Echo).unary({ data: new Uint8Array(80_000).fill(0xee) });
  expect(same(kept[0], long)).toBe(true);
});

test("what was retained stays after the handler has settled, until it is released", async () => {
  const kept: { data: Uint8Array; release: () => void }[] = [];
  server.serve(Echo, {
    ...none,
    unary({ id, data }, call) {
      if (id === 1) kept.push({ data, release: call.retain() });
      return {};
    },
  });
  await warmUp();
  await link.client(Echo).unary({ id: 1, data: long });
  for (let i = 0; i < 100; i++) await link.client(Echo).unary({ data: new Uint8Array(80_000).fill(0xee) });
  const [{ data, release }] = kept;
  expect(same(data, long)).toBe(true);
  release();
  release();
});

test("the handler of a one-way message is lent its bytes until its promise settles", async () => {
  let check = (_data: Uint8Array): void => {};
  const checked = new Promise<Uint8Array>((resolve) => (check = resolve));
  let go = (): void => {};
  const gate = new Promise<void>((resolve) => (go = resolve));
  server.on(Payload, async ({ id, data }) => {
    if (id !== 1) return;
    await gate;
    check(data.slice());
  });
  server.serve(Echo, none);
  await warmUp();
  link.send(Payload, { id: 1, data: long });
  for (let i = 0; i < 50; i++) await link.client(Echo).unary({ data: new Uint8Array(80_000).fill(0xee) });
  go();
  expect(same(await checked, long)).toBe(true);
});

test("in debug mode, bytes that are used after their loan are empty", async () => {
  await link.close();
  await server.close();
  await start(true);
  const kept: Uint8Array[] = [];
  server.serve(Echo, { ...none, unary: ({ data }) => ({ id: kept.push(data), data }) });
  const { data } = await link.client(Echo).unary({ data: long });
  expect(data).toEqual(long);
  await expect.poll(() => kept[0].length).toBe(0);
});

test("long frames arrive as they were sent while heartbeats come between their reads", async () => {
  await link.close();
  await server.close();
  await start(false, { pingIntervalMs: 1 });
  server.serve(Echo, {
    ...none,
    async *produce({ count }) {
      for (let id = 0; id < count; id++) yield { id, data: long };
    },
  });
  let next = 0;
  for await (const { id, data } of link.client(Echo).produce({ count: 3000 })) {
    expect(id).toBe(next++);
    if (!same(data, long)) throw new Error(`item ${id} arrived changed`);
  }
  expect(next).toBe(3000);
});
