import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Link, Stream } from "millrace";
import { Echo, type EchoHandlers, type Payload } from "../../schemas/gen/echo.js";
import { CappedPool } from "../../src/bytes/capped-pool.js";
import type { Runtime } from "../../src/link/runtime.js";
import { connect, createRuntime, type Limits, listen, type Server } from "../../src/node/index.js";
import { handlers } from "../support/echo.js";
import { PairRig, settle, virtualRuntime } from "../support/rig.js";
import { debugging } from "../../src/rpc/debugging.js";

const SIZE = 20_000;

let runtime: Runtime;
let server: Server;
let link: Link;

async function start(own: Partial<EchoHandlers>, limits: Partial<Limits> = {}): Promise<void> {
  server = await listen({ tcp: "127.0.0.1:0", runtime, limits });
  server.serve(Echo, { ...handlers, ...own });
  link = await connect(server.urls[0], { runtime, limits });
}

beforeEach(() => {
  runtime = createRuntime();
});

afterEach(async () => {
  await link.close();
  await server.close();
  await expect.poll(() => [runtime.slabs.leased, runtime.slabs.lentBytes]).toEqual([0, 0]);
});

/** An item whose bytes all say which one it is. */
const item = (id: number): Partial<Payload> => ({ id, data: new Uint8Array(SIZE).fill(id) });
const isWhole = ({ id, data }: Payload): boolean => data.length === SIZE && data.every((byte) => byte === (id & 255));
const isView = ({ data }: Payload): boolean => data.buffer.byteLength > data.length;

function* items(count: number): Generator<Partial<Payload>> {
  for (let id = 0; id < count; id++) yield item(id);
}

/** Uses the slabs that are free, so that bytes which were given back too early are no longer what they were. */
function overwriteIdle({ slabs }: Runtime): void {
  const taken = [];
  for (let size = 16_384; size <= 1024 * 1024; size *= 2) {
    let before;
    do {
      before = slabs.idleBytes;
      taken.push(slabs.lease(size));
    } while (slabs.idleBytes < before);
  }
  for (const slab of taken) {
    slab.bytes.fill(0xca);
    slabs.release(slab);
  }
}

/** Counts the items that are whole when they come and some turns later, and those of them that were views. */
async function examine(groups: AsyncIterable<Payload[]>): Promise<{ whole: number; views: number }> {
  let whole = 0;
  let views = 0;
  for await (const group of groups) {
    views += group.filter(isView).length;
    await settle();
    overwriteIdle(runtime);
    whole += group.filter(isWhole).length;
  }
  return { whole, views };
}

async function* singly(stream: Stream<Payload>): AsyncGenerator<Payload[]> {
  for await (const one of stream) yield [one];
}

for (const [name, groupsOf] of [
  ["one by one", singly],
  ["in batches", (stream: Stream<Payload>) => stream.batches()],
] as const) {
  test(`requests of a stream are views that stay as they are until more is asked for, ${name}`, async () => {
    let seen = { whole: 0, views: 0 };
    await start({ consume: async (requests) => ({ count: (seen = await examine(groupsOf(requests))).whole }) });
    expect(await link.client(Echo).consume(items(100))).toMatchObject({ count: 100 });
    expect(seen.views).toBeGreaterThan(50);
  });

  test(`answers that a call borrows are views that stay as they are until more is asked for, ${name}`, async () => {
    await start({ produce: ({ count }) => items(count) });
    const { whole, views } = await examine(groupsOf(link.client(Echo).produce({ count: 100 }, { bytes: "borrowed" })));
    expect(whole).toBe(100);
    expect(views).toBeGreaterThan(50);
  });
}

test("what a call returns is the caller's own, in memory of its exact size", async () => {
  await start({ produce: ({ count }) => items(count) });
  const kept: Payload[] = [];
  for await (const one of link.client(Echo).produce({ count: 100 })) kept.push(one);
  for (let i = 0; i < 20; i++) kept.push(await link.client(Echo).unary(item(i)));
  kept.push(await link.client(Echo).unary(item(1), { bytes: "borrowed" }));
  overwriteIdle(runtime);
  expect(kept.filter((one) => isWhole(one) && !isView(one)).length).toBe(121);
});

test("requests that are sent on as they come need no copy", async () => {
  await start({ both: (requests) => requests });
  let whole = 0;
  for await (const answer of link.client(Echo).both(items(300))) whole += isWhole(answer) ? 1 : 0;
  expect(whole).toBe(300);
});

test("a request of a stream that was retained stays after more was asked for, until it is released", async () => {
  let isKept = false;
  await start({
    async consume(requests, call) {
      const kept: { one: Payload; release: () => void }[] = [];
      for await (const one of requests) if (isView(one) && kept.length < 3) kept.push({ one, release: call.retain() });
      overwriteIdle(runtime);
      isKept = kept.length === 3 && kept.every(({ one }) => isWhole(one));
      for (const { release } of kept) release();
      return {};
    },
  });
  await link.client(Echo).consume(items(200));
  expect(isKept).toBe(true);
});

describe("a single answer that is borrowed", () => {
  test("stays as it is until it is released", async () => {
    await start({});
    const echo = link.client(Echo);
    for (let i = 0; i < 5; i++) await echo.unary(item(i));
    const releases: (() => void)[] = [];
    const onBorrowed = (release: () => void): void => void releases.push(release);
    const answer = await echo.unary(item(7), { bytes: "borrowed", onBorrowed });
    for (let i = 0; i < 50; i++) await echo.unary(item(0xee));
    overwriteIdle(runtime);
    expect([isView(answer), isWhole(answer), releases.length]).toEqual([true, true, 1]);
    releases[0]();
    releases[0]();
    await expect.poll(() => runtime.slabs.lentBytes).toBe(0);
  });

  test("costs memory and nothing else when it is never released", async () => {
    const clientRuntime = createRuntime({ slabs: new CappedPool(undefined, 1024 * 1024) });
    await start({});
    const forgetful = await connect(server.urls[0], { runtime: clientRuntime });
    const options = { bytes: "borrowed", onBorrowed: () => {} } as const;
    const kept: Payload[] = [];
    for (let id = 0; id < 300; id++) kept.push(await forgetful.client(Echo).unary(item(id), options));
    overwriteIdle(clientRuntime);
    expect(kept.every(isWhole)).toBe(true);
    expect(clientRuntime.slabs.lentBytes).toBeLessThanOrEqual(2 * 1024 * 1024);
    await forgetful.close();
  });

  test("is given back when the caller's onBorrowed has released it at once", async () => {
    await start({});
    for (let i = 0; i < 20; i++) {
      await link.client(Echo).unary(item(i), { bytes: "borrowed", onBorrowed: (release) => release() });
      expect(runtime.slabs.lentBytes).toBe(0);
    }
  });
});

describe("the credit of a retained request", () => {
  const limits = { streamWindowBytes: 65_536, maxStreamWindowBytes: 65_536 };

  test("comes back when it is released, and not before", async () => {
    await start({});
    const rig = new PairRig({ runtime: { ...virtualRuntime(), debug: debugging }, serverLimits: limits });
    const releases: (() => void)[] = [];
    let count = 0;
    rig.server.serve(Echo, {
      ...handlers,
      async consume(requests, call) {
        for await (const _one of requests) {
          releases.push(call.retain());
          count++;
        }
        return { count };
      },
    });
    await settle();
    const call = rig.client.client(Echo).consume(items(20));
    for (let i = 0; i < 20; i++) await settle();
    // One window, and the message that overdraws it.
    expect(count).toBe(4);
    while (releases.length > 0) {
      for (const release of releases.splice(0)) release();
      await settle();
    }
    expect(await call).toMatchObject({ count: 20 });
    expect(rig.leftovers).toEqual([0, 0, 0, 0]);
  });

  test("is not sent when its stream or link is over by then", async () => {
    await start({});
    const rig = new PairRig({ runtime: { ...virtualRuntime(), debug: debugging }, serverLimits: limits });
    const releases: (() => void)[] = [];
    rig.server.serve(Echo, {
      ...handlers,
      async consume(requests, call) {
        for (let i = 0; i < 4; i++) {
          await requests.next();
          releases.push(call.retain());
        }
        return {};
      },
    });
    await settle();
    await rig.client.client(Echo).consume(items(20));
    const frames = rig.server.stats.framesOut;
    for (const release of releases.splice(0, 2)) release();
    await settle();
    expect(rig.server.stats.framesOut).toBe(frames);
    await rig.client.close();
    await settle();
    for (const release of releases) release();
    expect(rig.runtime.slabs.leased).toBe(0);
  });
});
