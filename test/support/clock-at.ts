import type { Clock } from "../../src/link/clock.js";
import { systemClock } from "../../src/node/runtime.js";

/** Time that runs `speed` times as fast as the machine's, so that what waits for seconds or minutes is soon over. */
export function clockAt(speed: number): Clock {
  return {
    now: () => systemClock.now() * speed,
    after: (ms, run) => systemClock.after(ms / speed, run),
  };
}

/** Resolves after `ms` of a clock. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}

/** Looks at `happened` every `everyMs` until it is true, but for no longer than `patienceMs`; returns whether it is. */
export async function comesTrue(
  clock: Clock,
  happened: () => boolean,
  patienceMs: number,
  everyMs = 20,
): Promise<boolean> {
  for (const end = clock.now() + patienceMs; !happened(); await sleep(clock, everyMs)) {
    if (clock.now() > end) return false;
  }
  return true;
}
