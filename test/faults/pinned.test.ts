import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Link } from "millrace";
import { Echo, type EchoHandlers, type Payload } from "../../schemas/gen/echo.js";
import { Lists } from "../../schemas/gen/everything.js";
import { CappedPool } from "../../src/bytes/capped-pool.js";
import { describe as textOf } from "../../src/link/report.js";
import type { Runtime } from "../../src/link/runtime.js";
import { connect, createRuntime, listen, type RuntimeOptions, type Server } from "../../src/node/index.js";
import { handlers } from "../support/echo.js";
import { whenReady } from "../support/ready.js";
import { PairRig, settle, virtualRuntime } from "../support/rig.js";
import { cannotTest, type Protocol, PROTOCOLS, Site } from "../support/site.js";
import { debugging } from "../../src/rpc/debugging.js";

const MIB = 1024 * 1024;
const long = new Uint8Array(80_000).map((_, i) => i);
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

let runtime: Runtime;
let reports: string[];
let site: Site;
let server: Server;
let link: Link;

function newRuntime(overrides: RuntimeOptions = {}): Runtime {
  return createRuntime({ report: (error, doing) => void reports.push(`${doing}: ${textOf(error)}`), ...overrides });
}

async function start(own: Partial<EchoHandlers>, protocol: Protocol = "tcp"): Promise<void> {
  server = await listen({ ...site.at(protocol), runtime });
  server.serve(Echo, { ...handlers, ...own });
  link = await open(protocol);
}

/** A link to the server whose memory is not the server's. */
const open = (protocol: Protocol = "tcp"): Promise<Link> =>
  connect(server.urls[0], { runtime: createRuntime(), reconnect: false, ...site.trust(protocol) });

/** Calls until the link reads long frames into slabs of its own. */
async function warmUp(): Promise<void> {
  for (let i = 0; i < 3; i++) await link.client(Echo).unary({ data: long });
}

/** Takes all that is idle out of a pool, as new leases would. */
function leaseIdle({ slabs }: Runtime): Uint8Array[] {
  const taken: Uint8Array[] = [];
  for (let size = 16_384; size <= MIB; size *= 2) {
    let before;
    do {
      before = slabs.idleBytes;
      const slab = slabs.lease(size);
      taken.push(slab.bytes);
    } while (slabs.idleBytes < before);
  }
  return taken;
}

beforeEach(() => {
  reports = [];
  runtime = newRuntime();
  site = new Site();
});

afterEach(async () => {
  await link.close();
  await server.close();
  site.close();
});

describe("memory that is pinned", () => {
  for (const protocol of PROTOCOLS) {
    test.skipIf(cannotTest(protocol))(
      `100,000 small answers that are kept pin no more than they are, over ${protocol}`,
      async () => {
        await start({}, protocol);
        const echo = link.client(Echo);
        const kept: Uint8Array[] = [];
        while (kept.length < 100_000) {
          const calls = Array.from({ length: 1000 }, (_, id) => echo.unary({ id, data: long.subarray(id, id + 16) }));
          for (const { data } of await Promise.all(calls)) kept.push(data);
        }
        const pinned = [...new Set(kept.map(({ buffer }) => buffer))];
        expect(pinned.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(100_000 * 16);
      },
    );
  }

  test("small requests that are retained among long ones pin no more than the pool lends in all", async () => {
    runtime = newRuntime({ slabs: new CappedPool(undefined, 4 * MIB) });
    const kept: { id: number; data: Uint8Array; release: () => void }[] = [];
    await start({
      unary({ id, data }, call) {
        if (id > 0) kept.push({ id, data, release: call.retain() });
        return {};
      },
    });
    await warmUp();
    const echo = link.client(Echo);
    for (let id = 1; id <= 300; id++) {
      const small = new Uint8Array(300).fill(id);
      await Promise.all([echo.unary({ data: long }), echo.unary({ id, data: small }), echo.unary({ data: long })]);
    }
    expect(runtime.slabs.lentBytes).toBeGreaterThan(2 * MIB);
    expect(runtime.slabs.leasedBytes).toBeLessThanOrEqual(6 * MIB);
    expect(kept.length).toBe(300);
    expect(kept.every(({ id, data }) => data.every((byte) => byte === (id & 255)))).toBe(true);
    for (const { release } of kept) release();
    await expect.poll(() => runtime.slabs.lentBytes).toBe(0);
  });

  test("what a handler is lent of a transport's own chunk is at least half of it, else it is a copy", async () => {
    await start({});
    const rig = new PairRig({ runtime: { ...virtualRuntime(), schedule: (flush) => void setImmediate(flush) } });
    const pinned: number[] = [];
    rig.server.serve(Echo, {
      ...handlers,
      async consume(requests) {
        for await (const { data } of requests) pinned.push(data.buffer.byteLength / data.length);
        return {};
      },
    });
    await whenReady(rig.client);
    const small = Array.from({ length: 500 }, () => ({ data: long.subarray(0, 1000) }));
    await rig.client.client(Echo).consume([...small, { data: long }]);
    expect(Math.max(...pinned)).toBeLessThan(2.1);
    expect(pinned.at(-1)).toBeGreaterThan(1);
  });
});

describe("memory that a handler was lent of a stream", () => {
  const ends: { name: string; end: () => Promise<Partial<Payload>>; code: string }[] = [
    { name: "returns", end: () => Promise.resolve({ id: 1 }), code: "ok" },
    { name: "throws", end: () => Promise.reject(new Error("broken")), code: "internal" },
    { name: "never settles", end: () => new Promise(() => {}), code: "deadline_exceeded" },
  ];

  for (const { name, end, code } of ends) {
    test(`comes back when the handler ${name} with an item in its hands and more waiting`, async () => {
      let isLent = false;
      await start({
        both: async function* (requests) {
          while (!isLent) {
            const { value } = await requests.next();
            isLent = (value as Payload).data.buffer.byteLength > 2 * long.length;
          }
          yield await end();
        },
      });
      async function* twelve(): AsyncGenerator<Partial<Payload>> {
        for (let i = 0; i < 12; i++) yield { data: long };
        await new Promise(() => {});
      }
      let outcome = "ok";
      try {
        for await (const _one of link.client(Echo).both(twelve(), { timeoutMs: 1000 }));
      } catch (error) {
        outcome = (error as { code: string }).code;
      }
      expect([outcome, isLent]).toEqual([code, true]);
      await expect.poll(() => runtime.slabs.lentBytes).toBe(0);
      await link.close();
      await expect.poll(() => runtime.slabs.leased).toBe(0);
    });
  }

  test("and went on reading after it was cut off is never another message's", async () => {
    const kept: Uint8Array[] = [];
    await start({
      async consume(requests) {
        for (let i = 0; i < 10; i++) kept.push(((await requests.next()).value as Payload).data);
        return new Promise(() => {});
      },
    });
    const aborter = new AbortController();
    const call = link.client(Echo).consume(
      Array.from({ length: 20 }, () => ({ data: long })),
      { signal: aborter.signal },
    );
    await expect.poll(() => kept.length).toBe(10);
    aborter.abort();
    await expect(call).rejects.toThrow("cancelled");
    await expect.poll(() => runtime.slabs.lentBytes).toBe(0);
    await link.close();
    await expect.poll(() => runtime.slabs.leased).toBe(0);
    for (const bytes of leaseIdle(runtime)) bytes.fill(0xca);
    expect(same(kept[9], long)).toBe(true);
  });
});

describe("bytes that are transferred to somebody else", () => {
  /** Takes the memory of `bytes` away, as posting it to a worker does where it is not protected. */
  const transfer = (bytes: Uint8Array): void =>
    void structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] });

  test("of a handler's request are copied or refused, and no call notices", async () => {
    let transfers = 0;
    await start({
      unary({ id, data }) {
        if (id !== 1) return { data };
        transfers++;
        try {
          transfer(data);
        } catch {
          // Newer versions of Node.js refuse what older ones copy.
        }
        return { data };
      },
    });
    await warmUp();
    const other = await open();
    for (let i = 0; i < 20; i++) {
      const [mine, its] = await Promise.all([
        link.client(Echo).unary({ id: 1, data: long }),
        other.client(Echo).unary({ data: long }),
      ]);
      expect([same(mine.data, long), same(its.data, long)]).toEqual([true, true]);
    }
    expect(transfers).toBe(20);
    await other.close();
  });

  for (const when of ["at once", "later"]) {
    test(`${when}, where nothing protects them, end their own link with a clear report, and no other notices`, async () => {
      runtime = newRuntime({ slabs: new CappedPool() });
      await start({
        async unary({ id, data }) {
          if (when === "later") await settle();
          if (id === 1) transfer(data);
          return { id };
        },
      });
      const other = await open();
      for (const each of [link, other])
        for (let id = 2; id < 6; id++) await each.client(Echo).unary({ id, data: long });
      const calls = Array.from({ length: 4 }, (_, id) => link.client(Echo).unary({ id, data: long }));
      await Promise.allSettled(calls);
      await link
        .client(Echo)
        .unary({ data: long })
        .catch(() => {});
      expect((await link.closed).text).toContain("the link failed");
      expect(reports.filter((report) => report.includes("transfer a copy instead")).length).toBe(1);
      for (let i = 0; i < 20; i++)
        expect(await other.client(Echo).unary({ id: 9, data: long })).toMatchObject({ id: 9 });
      await other.close();
      await expect.poll(() => runtime.slabs.leased).toBe(0);
      expect(leaseIdle(runtime).filter((bytes) => bytes.length === 0)).toEqual([]);
    });
  }

  test("in debug mode are gone before their loan ends, which harms nobody", async () => {
    const rig = new PairRig({ runtime: { ...virtualRuntime(), debug: debugging } });
    await start({});
    rig.server.serve(Echo, {
      ...handlers,
      unary({ data }) {
        transfer(data);
        return { id: 1 };
      },
    });
    await settle();
    expect(await rig.client.client(Echo).unary({ data: long })).toMatchObject({ id: 1 });
    expect(rig.runtime.reports).toEqual([]);
  });

  for (const protocol of PROTOCOLS) {
    test.skipIf(cannotTest(protocol))(`of an answer are the caller's to transfer, over ${protocol}`, async () => {
      await start({}, protocol);
      for (let i = 0; i < 5; i++) {
        const { data } = await link.client(Echo).unary({ data: long });
        transfer(data);
        expect(data.length).toBe(0);
      }
      expect(await link.client(Echo).unary({ data: long })).toEqual({ id: 0, data: long });
    });
  }

  test("and are sent nevertheless count as empty", async () => {
    await start({});
    const data = new Uint8Array(10);
    transfer(data);
    expect(await link.client(Echo).unary({ id: 1, data })).toEqual({ id: 1, data: new Uint8Array(0) });
    expect(Lists.fromBytes(Lists.toBytes({ bytes: [data, long] })).bytes).toEqual([new Uint8Array(0), long]);
  });
});

for (const protocol of PROTOCOLS) {
  test.skipIf(cannotTest(protocol))(
    `debug mode takes away nothing but the message that was lent, over ${protocol}`,
    async () => {
      runtime = newRuntime({ debug: debugging });
      const late: Uint8Array[] = [];
      await start({ unary: ({ id, data }) => ({ id: id + late.push(data), data }) }, protocol);
      const calls = Array.from({ length: 20 }, (_, id) =>
        link.client(Echo).unary({ id, data: long.subarray(id, 300) }),
      );
      for (const [id, { data }] of (await Promise.all(calls)).entries()) expect(data).toEqual(long.subarray(id, 300));
      await expect.poll(() => late.every(({ length }) => length === 0)).toBe(true);
    },
  );
}
