import type { Clock } from "../../src/link/clock.js";
import type { Limits } from "../../src/link/limits.js";
import { clockAt } from "../support/clock-at.js";

/** Fast enough that pings and reconnecting take moments. */
export const fastClock = clockAt(20);

/** Limits in fast milliseconds that a busy machine still keeps. */
export const FAST_LIMITS: Partial<Limits> = {
  handshakeTimeoutMs: 60_000,
  frameTimeoutMs: 60_000,
  pingIntervalMs: 15_000,
  pingTimeoutMs: 20_000,
};

/** Resolves after `ms` of a clock. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}

/** Waits until `happened` is true, but not for ever; returns whether it is. */
export async function comesTrue(happened: () => boolean, patienceMs: number): Promise<boolean> {
  for (const end = fastClock.now() + patienceMs; !happened(); await sleep(fastClock, 20)) {
    if (fastClock.now() > end) return false;
  }
  return true;
}
