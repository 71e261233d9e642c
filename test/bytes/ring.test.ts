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

test("a tail moves to the front of its slab when nobody else holds that", () => {
  const { ring, lease, pool } = reading(1000);
  ring.filled(ring.window().length);
  ring.passed(16_300);
  ring.keep(200);
  expect([ring.lease === lease, ring.pos, ring.end]).toEqual([true, 0, 84]);
  ring.release();
  expect(pool.leased).toBe(0);
});

test("a slab that a handler may go on reading is not written over when the tail behind it moves", () => {
  const { ring, lease, pool } = reading(1000);
  ring.filled(ring.window().length);
  ring.passed(16_300);
  // As a loan does that its handler was cut off from.
  pool.retain(lease);
  lease.isLost = true;
  pool.release(lease);
  ring.keep(200);
  expect(ring.lease).not.toBe(lease);
  ring.release();
  expect(pool.leased).toBe(0);
});
