import type { Clock } from "../../src/link/clock.js";
import type { Limits } from "../../src/link/limits.js";
import { systemClock } from "../../src/node/runtime.js";

/** How many times as fast as the machine's, so that who waits for two minutes to connect again waits for a moment. */
const SPEED = 1000;

/** Time that runs fast. */
export const fastClock: Clock = {
  now: () => systemClock.now() * SPEED,
  after: (ms, run) => systemClock.after(ms / SPEED, run),
};

/** Limits in fast milliseconds that a busy machine still keeps. */
export const FAST_LIMITS: Partial<Limits> = {
  handshakeTimeoutMs: 10_000 * SPEED,
  frameTimeoutMs: 10_000 * SPEED,
  pingIntervalMs: 10_000 * SPEED,
  pingTimeoutMs: 10_000 * SPEED,
};
