import { markAsUntransferable } from "node:worker_threads";
import { CappedPool } from "../bytes/capped-pool.js";
import { Slab } from "../bytes/slab.js";
import type { Clock, Timer } from "../link/clock.js";
import { InTurn } from "../link/in-turn.js";
import { checkNumber } from "../link/limits.js";
import { describe } from "../link/report.js";
import { Quota } from "../link/quota.js";
import type { Runtime, RuntimeParts } from "../link/runtime.js";
import { pausing } from "../link/pausing.js";
import { debugging } from "../rpc/debugging.js";

/** Measured best for reading: larger ones fall out of the cache. */
const READ_SLAB_BYTES = 256 * 1024;

/** The longest wait of one of Node's timers, which is over at once when it is told to wait for longer. */
const LONGEST_MS = 2 ** 31 - 1;

/** Each link has one: an object with a closure would take 100 bytes more. */
class SystemTimer implements Timer {
  constructor(private readonly timeout: NodeJS.Timeout) {}

  cancel(): void {
    clearTimeout(this.timeout);
  }
}

/** The process's own monotonic time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    if (ms <= LONGEST_MS) return new SystemTimer(setTimeout(run, ms));
    let timer = systemClock.after(LONGEST_MS, () => (timer = systemClock.after(ms - LONGEST_MS, run)));
    return { cancel: () => timer.cancel() };
  },
};

/** Parts of a runtime to replace, and the size of one. */
export interface RuntimeOptions extends RuntimeParts {
  /** What memory is leased from; links wait for it where it has none. */
  readonly slabs?: CappedPool | undefined;
  /** From so many bytes in use for unfinished frames and messages on, links wait for memory; 512 MiB by default. */
  readonly maxLeasedBytes?: number | undefined;
  /** How many bytes of events may wait for the slow subscribers of all topics; 128 MiB by default. */
  readonly maxWaitingEventBytes?: number | undefined;
}

/**
 * A runtime of its own, for tests and for those who want to share nothing or less.
 * Throws `invalid_argument` for a size that is no whole number.
 */
export function createRuntime({
  maxLeasedBytes = 512 * 1024 * 1024,
  maxWaitingEventBytes = 128 * 1024 * 1024,
  clock = systemClock,
  slabs = protectedPool(maxLeasedBytes),
  reading = pausing(clock, slabs, new Slab(READ_SLAB_BYTES)),
  turns = (supply) => new InTurn(supply),
  waitingEvents = new Quota(maxWaitingEventBytes),
  debug = process.env["MILLRACE_DEBUG"] === "1" ? debugging : undefined,
  schedule = turnScheduler(),
  random = Math.random,
  report = (error, doing) => console.error(`millrace: ${doing} threw ${describe(error)}`),
}: RuntimeOptions = {}): Runtime {
  checkNumber("maxLeasedBytes", maxLeasedBytes, 0, Number.MAX_SAFE_INTEGER);
  checkNumber("maxWaitingEventBytes", maxWaitingEventBytes, 0, Number.MAX_SAFE_INTEGER);
  keepFreedMemory();
  return { clock, slabs, reading, turns, waitingEvents, debug, schedule, random, report: neverThrowing(report) };
}

/** A report that fails is told on the console, with what it was told: nobody else could be. */
function neverThrowing(report: Runtime["report"]): Runtime["report"] {
  return (error, doing) => {
    try {
      report(error, doing);
    } catch (failure) {
      console.error(`millrace: report threw ${describe(failure)} when ${doing} threw ${describe(error)}`);
    }
  };
}

/** So many flushes wait for the end of a turn, each with a page of memory. */
const MOST_WAITING = 256;

/**
 * Runs what it is given when all sockets that were ready have been read; where very many links have something to send, that of
 * the others as soon as what runs now is done.
 */
function turnScheduler(): Runtime["schedule"] {
  let waiting = 0;
  const run = (flush: () => void): void => {
    waiting--;
    flush();
  };
  return (flush) => {
    if (waiting === MOST_WAITING) return process.nextTick(flush);
    waiting++;
    setImmediate(run, flush);
  };
}

/** A pool of slabs that cannot be transferred to a worker, from under the sockets that read into them. */
function protectedPool(maxLeasedBytes: number): CappedPool {
  return new CappedPool(maxLeasedBytes, undefined, undefined, markAsUntransferable);
}

/** What is freed in one piece of this size makes the C library keep freed memory up to twice as much. */
const KEPT_BYTES = 16 * 1024 * 1024;

/**
 * The C library of most Linux systems hands what was freed back to the system at every chance, until one large block was
 * freed (mallopt(3), M_MMAP_THRESHOLD). The memory of each long message then comes anew, page by page, which takes more than
 * twice the time of receiving it (measured with items of 64 KiB).
 */
function keepFreedMemory(): void {
  void new ArrayBuffer(KEPT_BYTES);
}

let shared: Runtime | undefined;

/** The runtime of all links that were not given one. */
export function defaultRuntime(): Runtime {
  shared ??= createRuntime();
  return shared;
}
