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
