import type { Clock } from "../../src/link/clock.js";
import { systemClock } from "../../src/node/runtime.js";

/** Time that runs `speed` times as fast as the machine's, so that what waits for seconds or minutes is soon over. */
export function clockAt(speed: number): Clock {
  return {
    now: () => systemClock.now() * speed,
    after: (ms, run) => systemClock.after(ms / speed, run),
  };
}
