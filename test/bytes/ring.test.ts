import { expect, test } from "vitest";
import { Ring } from "../../src/bytes/ring.js";
import { CappedPool } from "../../src/bytes/capped-pool.js";
import { Slab } from "../../src/bytes/slab.js";

/** A ring that has read the start of a frame of `wanted` bytes into a slab of its own. */
function reading(wanted: number): { ring: Ring; lease: Slab; pool: CappedPool } {
  const pool = new CappedPool();
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

/** A ring that has read the header and 84 bytes of a fragment of 500 bytes, whose place is at 1000 in the memory of its message. */
function diverted(): { ring: Ring; message: Slab; pool: CappedPool } {
  const pool = new CappedPool();
  const message = pool.lease(100_000);
  const ring = new Ring(new Slab(16_384), pool);
  ring.window().fill(7, 0, 100);
  ring.filled(100);
  ring.divert(message, 1000, 16, 1000 + 500 + 16);
  ring.keep(500, true);
  return { ring, message, pool };
}

test("the rest of a fragment is read to its place, with the next header and no more", () => {
  const { ring, message, pool } = diverted();
  expect([ring.copiedBytes, message.bytes[1015], message.bytes[1016], message.bytes[1099]]).toEqual([84, 0, 7, 7]);
  const window = ring.window();
  expect([window.buffer === message.bytes.buffer, window.byteOffset, window.length]).toEqual([true, 1100, 416]);
  ring.filled(416);
  ring.passed(500);
  // The header is that of the next fragment.
  ring.divert(message, 1484, 16, 1484 + 500);
  ring.keep(500, true);
  expect([ring.copiedBytes, ring.window().byteOffset, ring.window().length]).toEqual([84, 1500, 484]);
  ring.release();
  pool.release(message);
  expect(pool.leased).toBe(0);
});

test("another frame whose header was read with a fragment goes on in memory of its own", () => {
  const { ring, message, pool } = diverted();
  ring.window().fill(9, 400);
  ring.filled(416);
  ring.passed(500);
  ring.keep(5000, true);
  expect(ring.lease).not.toBe(message);
  expect([ring.bytes[ring.pos], ring.end - ring.pos, message.holders]).toEqual([9, 16, 1]);
  ring.release();
  pool.release(message);
  expect(pool.leased).toBe(0);
});

test("memory that a fragment is read into is not lent again before that is whole, though its message is given up", () => {
  const { ring, message, pool } = diverted();
  pool.release(message);
  expect(pool.lease(100_000)).not.toBe(message);
  ring.filled(416);
  ring.passed(500);
  ring.keep(500);
  expect(pool.lease(100_000)).toBe(message);
});
