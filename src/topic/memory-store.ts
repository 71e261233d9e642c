import type { Clock } from "../link/clock.js";
import { Expiry, type Perishable } from "./expiry.js";
import { isSpentSince, type Publication, Publishers } from "./publishers.js";
import type { Retention, TopicLog, TopicStore, Visit } from "./store.js";

/** The highest epoch, and one more than it. */
const EPOCHS = 2 ** 48;

/** Keeps events in memory: they do not survive the process, and subscribers are told so by another epoch. */
export class MemoryStore implements TopicStore {
  private readonly epoch: number;
  /** Where logs start: above all offsets of logs that were closed, and so forgotten. */
  private floor = 0;
  /** By the age at which events go. */
  private readonly expiries = new Map<number, Expiry>();

  /** @param random gives a number from 0 to below 1, which makes the epoch. */
  constructor(
    private readonly clock: Clock,
    random: () => number,
  ) {
    this.epoch = 1 + Math.floor(random() * (EPOCHS - 1));
  }

  open(_topic: string, _key: Uint8Array, retention: Retention): TopicLog {
    const { ageMs } = retention;
    const expiry = ageMs === Infinity ? undefined : this.expiryOf(ageMs);
    return new MemoryLog(this.epoch, this.floor, retention, this.clock, expiry, this.closed);
  }

  close(): void {
    for (const expiry of this.expiries.values()) expiry.close();
  }

  private readonly closed = (next: number): void => {
    this.floor = Math.max(this.floor, next);
  };

  private expiryOf(ageMs: number): Expiry {
    const known = this.expiries.get(ageMs);
    if (known) return known;
    const made = new Expiry(this.clock, ageMs);
    this.expiries.set(ageMs, made);
    return made;
  }
}

/** In the place of an event that has gone. */
const GONE = new Uint8Array(0);

/**
 * The newest events of one key:
 *
 * ```
 *   events:   |--- trimmed ---|=== kept ===|
 *             0               head         events.length        first = next - kept
 * ```
 */
class MemoryLog implements TopicLog, Perishable {
  next: number;
  private events: Uint8Array[] = [];
  /** When each of them came, if that matters. */
  private times: number[] | undefined;
  private head = 0;
  private bytes = 0;
  private publishers: Publishers | undefined;
  /** Whether `expiry` is going to look. */
  private isWatched = false;
  /** When something was appended. */
  private lastMs: number;

  constructor(
    readonly epoch: number,
    start: number,
    private readonly retention: Retention,
    private readonly clock: Clock,
    private readonly expiry: Expiry | undefined,
    private readonly closed: (next: number) => void,
  ) {
    this.next = start;
    this.lastMs = clock.now();
    if (expiry) this.times = [];
  }

  get first(): number {
    this.dropOld();
    return this.next - this.kept;
  }

  get isSpent(): boolean {
    return isSpentSince(this.lastMs, this.clock.now(), this.retention.ageMs);
  }

  append(events: readonly Uint8Array[], publication?: Publication): number {
    const before = publication && this.publishers?.find(publication);
    if (before !== undefined) return before;
    const offset = this.next;
    if (publication) this.note(publication, offset);
    this.next += events.length;
    this.lastMs = this.clock.now();
    if (this.retention.events === 0) return offset;
    for (const event of events) this.keep(event);
    this.trim();
    return offset;
  }

  read(from: number, visit: Visit): void {
    const { first } = this;
    for (let offset = Math.max(from, first); offset < this.next; offset++) {
      if (!visit(offset, this.events[this.head + offset - first])) return;
    }
  }

  expire(): number {
    this.dropOld();
    this.isWatched = this.kept > 0;
    return this.isWatched ? this.times![this.head] + this.retention.ageMs : Infinity;
  }

  close(): void {
    while (this.kept > 0) this.drop();
    this.closed(this.next);
  }

  private get kept(): number {
    return this.events.length - this.head;
  }

  private note({ publisher, sequence }: Publication, offset: number): void {
    this.publishers ??= new Publishers();
    this.publishers.note(publisher, { sequence, offset, timeMs: this.clock.now() });
  }

  private keep(event: Uint8Array): void {
    this.bytes += event.length;
    if (this.events.length > 0) {
      this.events.push(event);
      this.times?.push(this.lastMs);
      return;
    }
    // Most keys of many have one event, and a list takes room for 16 more when one is pushed to it.
    this.events = [event];
    if (this.times) this.times = [this.lastMs];
  }

  private trim(): void {
    const { retention } = this;
    while (this.kept > retention.events || this.bytes > retention.bytes) this.drop();
    this.dropOld();
    if (this.expiry && !this.isWatched) this.expiry.watch(this);
  }

  private dropOld(): void {
    if (!this.times) return;
    const oldest = this.clock.now() - this.retention.ageMs;
    while (this.kept > 0 && this.times[this.head] < oldest) this.drop();
  }

  private drop(): void {
    this.bytes -= this.events[this.head].length;
    this.events[this.head++] = GONE;
    if (this.kept > 0 && (this.head < 32 || this.head < this.events.length / 2)) return;
    this.events = this.events.slice(this.head);
    this.times = this.times?.slice(this.head);
    this.head = 0;
  }
}
