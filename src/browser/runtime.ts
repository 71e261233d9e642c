import { SlabPool } from "../bytes/slab.js";
import type { Clock } from "../link/clock.js";
import type { Runtime, RuntimeParts } from "../link/runtime.js";
import { PageReading } from "./reading.js";
import { AllAtOnce } from "./turns.js";

/** The page's own monotonic time. In a page that nobody sees, timers run late, by up to a minute. */
export const pageClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    // The browser itself would be done at once with more, which is longer than pages are open.
    const timer = ms < 2 ** 31 ? setTimeout(run, ms) : undefined;
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Parts of a runtime to replace, and the size of one. */
export interface RuntimeOptions extends RuntimeParts {
  /**
   * From so many bytes in use for messages on, those that come in parts are refused; 512 MiB by default. A frame that is not
   * all there takes up to its link's `maxFrameBytes` beside that.
   */
  readonly maxLeasedBytes?: number | undefined;
}

/** A runtime of its own, for tests and for those who want to share nothing or less. */
export function createRuntime({
  maxLeasedBytes,
  clock = pageClock,
  slabs = new SlabPool(maxLeasedBytes),
  reading = (_transport, limits, link) => new PageReading(clock, limits, link),
  turns = () => new AllAtOnce(),
  // Links alone have no topics.
  waitingEvents = { usedBytes: 0, maxBytes: 0, lacks: () => true },
  debug,
  schedule = taskScheduler(),
  random = Math.random,
  report = (error, doing) => console.error("millrace: %s threw", doing, error),
}: RuntimeOptions = {}): Runtime {
  return { clock, slabs, reading, turns, waitingEvents, debug, schedule, random, report };
}

/**
 * Runs what it is given in a task of its own, behind those that are ready now. Timers would do the same a millisecond later,
 * and a second later in a page that nobody sees.
 */
function taskScheduler(): Runtime["schedule"] {
  const { port1, port2 } = new MessageChannel();
  const ready: (() => void)[] = [];
  port1.addEventListener("message", () => ready.shift()?.());
  port1.start();
  return (run) => {
    ready.push(run);
    port2.postMessage(undefined);
  };
}

let shared: Runtime | undefined;

/** The runtime of all links that were not given one. */
export function defaultRuntime(): Runtime {
  shared ??= createRuntime();
  return shared;
}
