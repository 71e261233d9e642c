import type { SlabPool } from "../bytes/slab.js";
import type { Clock } from "./clock.js";
import type { Quota } from "./quota.js";
import type { ReadingOf } from "./reading.js";

/** What the links of a process share. Every `listen` and `connect` takes one; a default is made on first use. */
export interface Runtime {
  readonly clock: Clock;
  readonly slabs: SlabPool;
  /** Makes what a link reads with. */
  readonly reading: ReadingOf;
  /** What waits for slow subscribers of topics. */
  readonly waitingEvents: Quota;
  /** Whether each message gets memory of its own, which is taken away when its loan ends, to find late uses of views. */
  readonly isDebugging: boolean;
  /** Runs `flush` soon: after what is running now, before the process waits for I/O again. */
  readonly schedule: (flush: () => void) => void;
  /** Chance: a number from 0 up to, not including, 1. */
  readonly random: () => number;
  /** Told what no caller can be told: what a handler threw. `doing` names the handler. */
  readonly report: (error: unknown, doing: string) => void;
}
