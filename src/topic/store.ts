import type { Publication } from "./publishers.js";

/** How much of the past is kept for each key of a topic; what is over any of the bounds goes, oldest first. */
export interface Retention {
  readonly events: number;
  readonly bytes: number;
  readonly ageMs: number;
}

/** Looks at an event that was kept; its bytes are borrowed until the return. Returns whether to go on with the next one. */
export type Visit = (offset: number, event: Uint8Array) => boolean;

/**
 * Keeps the events of topics. Whatever it may throw or reject with is a `MillraceError` that says what to do.
 * `test/contract/store-cases.ts` is what every store has to pass.
 */
export interface TopicStore {
  /**
   * Opens the log of one key of a topic, empty when there is none. A log is open once at a time.
   * @param topic the full name of the topic's method, `market.Market/Quotes`.
   * @param key the encoded key.
   */
  open(topic: string, key: Uint8Array, retention: Retention): TopicLog | Promise<TopicLog>;
  /** Lets go of everything; logs are not used any more. */
  close(): void | Promise<void>;
}

/** The events of one key, oldest first. Each has an offset, which counts up by one. */
export interface TopicLog {
  /** Changes when events were lost, so that offsets of before mean nothing any more; from 1 to 2^53 − 1. */
  readonly epoch: number;
  /** The offset of the oldest event that is kept; `next` when there is none. */
  readonly first: number;
  /** The offset that the next event gets. */
  readonly next: number;
  /**
   * Whether it was silent for so long that nothing of it matters any more: its events have gone by their age, and who published
   * to it was forgotten. A topic closes such logs when nobody uses them, and a store forgets where those ended that are closed:
   * it gives them offsets above all others then.
   */
  readonly isSpent: boolean;
  /**
   * Appends events, which are the store's from now on and change no more; returns or resolves with the offset of the first,
   * when they are kept as durably as this store can. Appends are done in the order of the calls. With a `publication` that
   * was appended before, nothing is appended, and the offset is the one from then; it is remembered as durably as the events.
   */
  append(events: readonly Uint8Array[], publication?: Publication): number | Promise<number>;
  /** Visits what is kept from the offset `from` on, or from `first` when that is later, until `visit` returns `false`. */
  read(from: number, visit: Visit): void | Promise<void>;
  /** Nobody needs the log for now; it may be opened again. */
  close(): void;
}
