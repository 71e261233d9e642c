import type { Reader } from "../bytes/reader.js";
import type { SlabPool } from "../bytes/slab.js";
import type { Codec } from "../codec/codec.js";
import type { Clock } from "./clock.js";
import type { Quota } from "./quota.js";
import type { ReadingOf } from "./reading.js";
import type { Supply, Turns } from "./turns.js";

/** What the links of a process share. Every `listen` and `connect` takes one; a default is made on first use. */
export interface Runtime {
  readonly clock: Clock;
  readonly slabs: SlabPool;
  /** Makes what a link reads with. */
  readonly reading: ReadingOf;
  /** Makes where the streams of a link wait for each other. */
  readonly turns: (supply: Supply) => Turns;
  /** What waits for slow subscribers of topics. */
  readonly waitingEvents: Quota;
  /** In debug mode, what finds late uses of borrowed bytes, and those that are never released: `debugging`. */
  readonly debug: Debugging | undefined;
  /** Runs `flush` soon: after what is running now, before the process waits for I/O again. */
  readonly schedule: (flush: () => void) => void;
  /** Chance: a number from 0 up to, not including, 1. */
  readonly random: () => number;
  /** Told what no caller can be told: what a handler threw. `doing` names the handler. */
  readonly report: (error: unknown, doing: string) => void;
}

/** Parts of a runtime to replace; one that is `undefined` counts as left out. */
export type RuntimeParts = { readonly [Part in keyof Runtime]?: Runtime[Part] | undefined };

/** What a link looks like to those who watch what it lent. */
export interface Lender {
  /** Called once when the link is closed. */
  closers: Set<() => void> | undefined;
  readonly runtime: Pick<Runtime, "report">;
}

/** How messages are lent in debug mode. */
export interface Debugging {
  /**
   * Decodes a message from memory of its own. With views of that in it, `detach` takes it away from them when the loan
   * ends: one that is used too late then has length 0, and our readers throw.
   */
  decode<T>(codec: Codec<T>, reader: Reader): { readonly message: T; readonly detach: (() => void) | undefined };
  /**
   * Reports memory that is never given back: when nobody has `release` any more, and when the link is closed before it was
   * called. Returns what to give to `holder` in place of `release`.
   *
   * @param place where the holder came to hold it: the cause of what is reported.
   */
  watch(release: () => void, lender: Lender, holder: string, place: Error): () => void;
}
