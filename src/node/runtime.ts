import { markAsUntransferable } from "node:worker_threads";
import { Slab, SlabPool } from "../bytes/slab.js";
import type { Clock } from "../link/clock.js";
import { describe } from "../link/report.js";
import type { Runtime } from "../link/runtime.js";

/** Measured best for reading: larger ones fall out of the cache. */
const READ_SLAB_BYTES = 256 * 1024;

/** The process's own monotonic time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, 2 ** 31 - 1));
    return { cancel: () => clearTimeout(timer) };
  },
};

/** A runtime of its own for tests and for those who want to share nothing; `overrides` replace single parts. */
export function createRuntime(overrides: Partial<Runtime> = {}): Runtime {
  return {
    clock: systemClock,
    slabs: new SlabPool(undefined, undefined, markAsUntransferable),
    readSlab: new Slab(READ_SLAB_BYTES),
    isDebugging: process.env["MILLRACE_DEBUG"] === "1",
    schedule: (flush) => process.nextTick(flush),
    report: (error, doing) => console.error(`millrace: ${doing} threw ${describe(error)}`),
    ...overrides,
  };
}

let shared: Runtime | undefined;

/** The runtime of all links that were not given one. */
export function defaultRuntime(): Runtime {
  shared ??= createRuntime();
  return shared;
}
