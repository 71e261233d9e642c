import { padded } from "../frame/header.js";
import type { Connection } from "../link/connection.js";
import type { Event } from "./event.js";
import type { Dirty, Fanout } from "./fanout.js";
import { Group } from "./group.js";
import { EVENT_HEAD_BYTES } from "./options.js";
import type { TopicLog } from "./store.js";

/** So much of one feed is sent together; as long as a WebSocket message may be. */
const TICK_BYTES = 64 * 1024;
/** An event that waits counts for at most so many times the bytes of its frame. */
const MOST_SHARE = 3;

const NO_EVENTS: readonly Event[] = [];

/** A subscriber that events wait for. */
export interface Slow {
  /** Whether more waits than may. */
  readonly isFull: boolean;
  /** Lets more events wait. */
  wait(events: readonly Event[]): void;
}

/**
 * One key of a topic: its log, and who has subscribed to it. What is published in one turn is framed together and sent to
 * all who are not behind.
 *
 * ```
 *   log:   |-- trimmed --|===== kept =====|## of this turn ##|
 *                        first                                next
 * ```
 */
export class Feed implements Dirty {
  /** The offset behind the last event that was handed to `deliver`. */
  next: number;
  /** Publishes under way, which keep it from being forgotten. */
  publishing = 0;
  subscribers = 0;
  /** Where it was opened. */
  private readonly start: number;
  private groups: Group[] | undefined;
  /** Those that events wait for. */
  private slow: Set<Slow> | undefined;
  private turn: Event[] | undefined;
  private turnBytes = 0;
  private room: (() => void)[] | undefined;

  constructor(
    readonly key: string,
    readonly log: TopicLog,
    private readonly fanout: Fanout,
    private readonly maxWaitingBytes: number,
  ) {
    this.next = this.start = log.next;
  }

  /** Whether nothing was ever published to it, as far as is known. */
  get isNew(): boolean {
    return this.next === this.start;
  }

  get isIdle(): boolean {
    return this.subscribers === 0 && this.publishing === 0;
  }

  /** Takes in an event that is kept as the store keeps it. */
  deliver(offset: number, payload: Uint8Array, key: unknown): void {
    const bytes = padded(EVENT_HEAD_BYTES + payload.length);
    // Who catches up meanwhile is live from this event on, not from the one behind it.
    if (this.turnBytes + bytes > Math.min(TICK_BYTES, this.maxWaitingBytes)) this.flush();
    this.next = offset + 1;
    if (this.subscribers === 0) return;
    if (!this.turn) this.fanout.flushSoon(this);
    this.turn ??= [];
    this.turn.push({ offset, payload, key, holders: 0 });
    this.turnBytes += bytes;
  }

  /** Sends what was delivered. */
  flush(): void {
    const events = this.turn ?? NO_EVENTS;
    this.turn = undefined;
    this.turnBytes = 0;
    if (events.length === 0) return;
    const behind = this.slow ? [...this.slow] : [];
    for (const group of this.groups ?? []) {
      if (group.isIdle) continue;
      const frames = this.fanout.frame(group.number, events);
      group.send(frames, events);
      frames.release();
    }
    for (const subscriber of behind) subscriber.wait(events);
    this.waitsLess();
  }

  /** The first group that has no subscriber of this link yet. */
  groupFor(link: Connection): Group {
    this.groups ??= [];
    const free = this.groups.find((group) => !group.links.has(link));
    if (free) return free;
    const made = new Group(this.fanout.number());
    this.groups.push(made);
    return made;
  }

  /** Lets go of the groups that nobody is in any more, from the last one on. */
  dropGroups(): void {
    while (this.groups?.at(-1)?.links.size === 0) this.groups.pop();
  }

  /** Notes that events wait for `subscriber`. */
  isSlow(subscriber: Slow): void {
    this.slow ??= new Set();
    this.slow.add(subscriber);
  }

  /** Notes that events wait for `subscriber` no more. */
  isNotSlow(subscriber: Slow): void {
    this.slow?.delete(subscriber);
    this.waitsLess();
  }

  /** Whether too much waits for some subscriber. */
  get isFull(): boolean {
    if (this.slow) for (const subscriber of this.slow) if (subscriber.isFull) return true;
    return false;
  }

  private get mayBecomeFull(): boolean {
    if (!this.turn) return false;
    return (this.slow !== undefined && this.slow.size > 0) || this.turnBytes * MOST_SHARE > this.maxWaitingBytes;
  }

  /** Resolves when too much waits for nobody, nor will when this turn's events have been sent. */
  async hasRoom(): Promise<void> {
    while (this.isFull || this.mayBecomeFull) await new Promise<void>((resolve) => (this.room ??= []).push(resolve));
  }

  /** Less waits than before, or this turn is over. */
  waitsLess(): void {
    if (!this.room || this.isFull) return;
    const waiters = this.room;
    this.room = undefined;
    for (const wake of waiters) wake();
  }
}
