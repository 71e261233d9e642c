import type { Quota } from "../link/quota.js";
import type { GapReason } from "../rpc/subscription.js";
import { bytesOf, type Event } from "./event.js";
import type { Pace } from "./options.js";

/**
 * The events that wait for one slow subscriber, oldest first. Events are shared: those that wait for many are counted once
 * for the process, and in full for each subscriber.
 */
export class Waiting {
  bytes = 0;
  /** By what tells them apart: their key where the newest counts, else their offset. */
  private readonly events = new Map<unknown, Event>();
  /** The newest event that was dropped. */
  private lastDropped = -1;

  constructor(
    private readonly pace: Pace,
    private readonly quota: Quota,
  ) {}

  get isEmpty(): boolean {
    return this.events.size === 0;
  }

  /** Whether more waits than may: time for a publisher to wait. */
  get isFull(): boolean {
    return this.bytes > this.pace.maxWaitingBytes || (this.quota.lacks(0) && !this.isEmpty);
  }

  /** Takes in one more event; returns `false` when that ends the subscription. */
  push(event: Event): boolean {
    const { slow } = this.pace;
    const key = slow === "conflate" ? event.key : event.offset;
    const older = this.events.get(key);
    if (older) this.remove(key, older);
    if (slow !== "wait" && this.isOver(event)) {
      if (slow === "close") return false;
      if (slow === "drop-newest") return this.drop(event);
      while (!this.isEmpty && this.isOver(event)) this.drop(this.shift()!);
      if (this.isOver(event)) return this.drop(event);
    }
    this.events.set(key, event);
    this.bytes += bytesOf(event);
    if (event.holders++ === 0) this.quota.usedBytes += bytesOf(event);
    return true;
  }

  /** The oldest event without taking it. */
  peek(): Event | undefined {
    for (const event of this.events.values()) return event;
    return undefined;
  }

  shift(): Event | undefined {
    for (const [key, event] of this.events) return this.remove(key, event);
    return undefined;
  }

  clear(): void {
    for (const [key, event] of this.events) this.remove(key, event);
  }

  /** Why events from the offset `from` on were left out. */
  reasonFor(from: number): GapReason {
    return this.lastDropped >= from ? "dropped" : "conflated";
  }

  private isOver(event: Event): boolean {
    const bytes = bytesOf(event);
    return this.bytes + bytes > this.pace.maxWaitingBytes || (event.holders === 0 && this.quota.lacks(bytes));
  }

  private drop({ offset }: Event): true {
    this.lastDropped = Math.max(this.lastDropped, offset);
    return true;
  }

  private remove(key: unknown, event: Event): Event {
    this.events.delete(key);
    this.bytes -= bytesOf(event);
    if (--event.holders === 0) this.quota.usedBytes -= bytesOf(event);
    return event;
  }
}
