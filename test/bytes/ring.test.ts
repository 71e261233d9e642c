import { expect, test } from "vitest";
import { Ring } from "../../src/bytes/ring.js";
import { Slab, SlabPool } from "../../src/bytes/slab.js";

/** A ring that has read the start of a frame of `wanted` bytes into a slab of its own. */
function reading(wanted: number): { ring: Ring; lease: Slab; pool: SlabPool } {
  const pool = new SlabPool();
  const ring = new Ring(new Slab(16_384), pool);
  ring.filled(100);
  ring.keep(wanted);
  return { ring, lease: ring.lease!, pool };
}

/** Reads short frames nearly to the end of the slab, and the start of the next one. */
function readOn(ring: Ring): void {
  ring.filled(16_200);
  for (let i = 0; i < 4; i++) ring.passed(4000);
}

test("a tail moves to the front of its slab when nobody else holds that", () => {
  const { ring, lease, pool } = reading(1000);
  readOn(ring);
  ring.keep(1000);
  expect([ring.lease === lease, ring.pos, ring.end]).toEqual([true, 0, 300]);
  ring.release();
  expect(pool.leased).toBe(0);
});

test("a slab that a handler may go on reading is not written over when the tail behind it moves", () => {
  const { ring, lease, pool } = reading(1000);
  readOn(ring);
  // As a loan does that its handler was cut off from.
  pool.lend(lease);
  lease.isLost = true;
  pool.release(lease);
  ring.keep(1000);
  expect(ring.lease).not.toBe(lease);
  ring.release();
  expect(pool.leased).toBe(0);
});
