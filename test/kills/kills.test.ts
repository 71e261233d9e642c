import { expect, test } from "vitest";
import { killMany } from "./run.js";

const KILLS = 50;
const SERVERS = 3;

/** Other servers and moments each time; `npm run soak -- topics` takes a seed. */
function seedFor(name: string): number {
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  console.log(`${name}: SEED=${seed}`);
  return seed;
}

test(`servers with LMDB that are killed ${KILLS} times lose nothing that they acknowledged`, {
  timeout: 120_000,
}, async () => {
  const { acknowledged, wrong } = await killMany("lmdb", KILLS, seedFor("kills with LMDB"), SERVERS);
  expect(wrong).toEqual([]);
  expect(acknowledged).toBeGreaterThan(KILLS);
});

test("a server with its events in memory tells each subscriber what a kill took with it", {
  timeout: 60_000,
}, async () => {
  const { gaps, wrong } = await killMany("memory", 10, seedFor("kills with events in memory"), 1);
  expect(wrong).toEqual([]);
  expect(gaps).toBeGreaterThan(10);
});
