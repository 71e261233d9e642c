import { expect, test } from "vitest";
import { CappedPool } from "../../src/bytes/capped-pool.js";
import type { Slab } from "../../src/bytes/slab.js";

test("a slab is at least as large as asked for, and a power of two up to 1 MiB", () => {
  const pool = new CappedPool();
  const sizes = [1, 16_384, 16_385, 65_536, 65_537, 1_048_576, 1_048_577, 3_000_001];
  expect(sizes.map((size) => pool.lease(size).bytes.length)).toEqual([
    16_384, 16_384, 32_768, 65_536, 131_072, 1_048_576, 1_048_584, 3_000_008,
  ]);
});

test("a released slab is lent again", () => {
  const pool = new CappedPool();
  const slab = pool.lease(20_000);
  pool.release(slab);
  expect(pool.lease(32_768)).toBe(slab);
});

test("the gauges say what is on lease and what is kept", () => {
  const pool = new CappedPool();
  const slab = pool.lease(65_536);
  expect([pool.leased, pool.leasedBytes, pool.idleBytes]).toEqual([1, 65_536, 0]);
  pool.release(slab);
  expect([pool.leased, pool.leasedBytes, pool.idleBytes]).toEqual([0, 0, 65_536]);
});

test("a slab given back twice is an error, not two leases of one slab", () => {
  const pool = new CappedPool();
  const slab = pool.lease(1);
  pool.release(slab);
  expect(() => pool.release(slab)).toThrow("released twice");
});

test("no more than the agreed bytes are kept", () => {
  const pool = new CappedPool(undefined, undefined, 40_000);
  const slabs = [pool.lease(1), pool.lease(1), pool.lease(1)];
  for (const slab of slabs) pool.release(slab);
  expect(pool.idleBytes).toBe(32_768);
});

test("who waits for memory gets it when there is room for what it wants, the longest waiting first, and none is taken before", () => {
  const pool = new CappedPool(96 * 1024);
  const [large, small] = [pool.lease(65_536), pool.lease(16_384)];
  const extra = pool.tryLease(65_536)!;
  expect([pool.tryLease(32_768), pool.isShort]).toEqual([undefined, false]);
  const told: [string, number][] = [];
  const waiter = (name: string, wantedBytes: number) => ({
    wantedBytes,
    proceed: ({ bytes }: Slab) => void told.push([name, bytes.length]),
  });
  const gone = waiter("gone", 1);
  pool.wait(gone);
  pool.wait(waiter("first", 65_536));
  pool.wait(waiter("second", 16_384));
  pool.forget(gone);
  pool.release(small);
  expect([told, pool.isShort, pool.tryLease(1)]).toEqual([[], true, undefined]);
  pool.release(large);
  expect(told).toEqual([["first", 65_536]]);
  pool.release(extra);
  expect([told, pool.isShort]).toEqual([
    [
      ["first", 65_536],
      ["second", 16_384],
    ],
    false,
  ]);
});

test("a slab whose memory was transferred elsewhere is not lent again", () => {
  const pool = new CappedPool();
  const slab = pool.lease(16_384);
  structuredClone(slab.bytes, { transfer: [slab.bytes.buffer as ArrayBuffer] });
  pool.release(slab);
  expect(pool.lease(16_384).bytes.length).toBe(16_384);
  expect([pool.leased, pool.leasedBytes, pool.idleBytes]).toEqual([1, 16_384, 0]);
});

test("loans hold no more slabs than the agreed bytes, but may hold any of those once more", () => {
  const pool = new CappedPool(undefined, 40_000);
  const slabs = [pool.lease(1), pool.lease(1), pool.lease(1), pool.lease(1)];
  for (const slab of slabs.slice(0, 3)) pool.lend(slab);
  pool.lend(slabs[0]);
  expect([pool.lentBytes, pool.canLend(slabs[0]), pool.canLend(slabs[3])]).toEqual([49_152, true, false]);
  pool.endLoan(slabs[0]);
  expect(pool.lentBytes).toBe(49_152);
  pool.endLoan(slabs[0]);
  expect([pool.lentBytes, pool.canLend(slabs[3])]).toEqual([32_768, true]);
});
