import type { CallOptions } from "./call.js";
import type { Stream } from "./stream.js";

/** A place in a topic: the epoch that its offsets belong to, and the offset of the next event. */
export interface Position {
  /** Changes when a server has lost its history, so that offsets of before mean nothing any more. */
  readonly epoch: number;
  readonly offset: number;
}

/**
 * Why events are missing: `dropped` for a slow subscriber, `conflated` with newer ones of the same key, which follow,
 * `expired` from the history, `epoch` when the server has lost its history, `too long` for what this side accepts.
 */
export type GapReason = "dropped" | "conflated" | "expired" | "epoch" | "too long";

/** Events that a subscriber is not given. */
export interface Gap {
  readonly reason: GapReason;
  readonly epoch: number;
  /** The offset of the first one. */
  readonly from: number;
  /** The offset of the last one; `Infinity` where nobody can know it, after a change of epoch. */
  readonly to: number;
}

/** What a subscriber may say about its subscription. */
export interface SubscribeOptions extends CallOptions {
  /**
   * The first event to get: the oldest that there is, only new ones, the one with this offset, or the one at a position of
   * before, which goes on where that ended or says what is missing. Left out: new ones, behind the topic's snapshot if it has one.
   */
  readonly from?: "start" | "latest" | number | Position | undefined;
  /**
   * Told what is missing before the first event behind it is handed out. Without it, the subscription ends with `data_loss`
   * where events are missing, but not for those that were conflated.
   */
  readonly onGap?: ((gap: Gap) => void) | undefined;
}

/** The events of a topic as they arrive, oldest first, each once. Leaving the loop early ends the subscription. */
export interface Subscription<T> extends Stream<T> {
  /** The offset of the event that was handed out last, of a batch of its last one; `undefined` before, and for a snapshot's. */
  readonly offset: number | undefined;
  /** The epoch of the offsets; `undefined` until the server has accepted the subscription. */
  readonly epoch: number | undefined;
  /** Where to go on later, behind what was handed out: for `from`. While a snapshot is not handed out whole, where it was before. */
  readonly position: Position | undefined;
  /** Calls `handler` with each event, the next one when that has settled; settles as a loop would. */
  forEach(handler: (event: T, offset: number | undefined) => void | Promise<void>): Promise<void>;
}

/** `Subscription.forEach`, whatever the subscription is made of. */
export async function forEach<T>(
  events: Subscription<T>,
  handler: (event: T, offset: number | undefined) => void | Promise<void>,
): Promise<void> {
  for await (const event of events) await handler(event, events.offset);
}
