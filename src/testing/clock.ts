import type { Clock, Timer } from "../link/clock.js";

interface Pending {
  readonly at: number;
  /** In the order of their making. */
  readonly order: number;
  run: (() => void) | undefined;
}

/** Time that stands still until it is told to pass. */
export class VirtualClock implements Clock {
  private time = 0;
  private made = 0;
  private waiting = 0;
  /** A heap: what is due before another, or at the same time and made before, is above it. What was cancelled has no `run`. */
  private heap: Pending[] = [];

  /** Timers that have neither run nor been cancelled. */
  get timers(): number {
    return this.waiting;
  }

  /** The moment when the next timer is due; `Infinity` when there is none. */
  get next(): number {
    while (this.heap.length > 0 && !this.heap[0].run) this.pop();
    return this.heap[0]?.at ?? Infinity;
  }

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): Timer {
    const entry: Pending = { at: this.time + Math.max(0, ms), order: this.made++, run };
    this.waiting++;
    this.push(entry);
    return { cancel: () => this.drop(entry) };
  }

  /** Lets `ms` milliseconds pass: runs what is due in the order of its time, then of its making. */
  advance(ms: number): void {
    const end = this.time + ms;
    while (this.step(end));
  }

  /** Runs the one timer that is due next, no later than `end`; without one, time passes until `end`, if that comes, and it returns `false`. */
  step(end: number): boolean {
    const { next } = this;
    if (next > end || next === Infinity) {
      if (end < Infinity) this.time = Math.max(this.time, end);
      return false;
    }
    const entry = this.pop();
    const run = entry.run!;
    entry.run = undefined;
    this.waiting--;
    this.time = entry.at;
    run();
    return true;
  }

  private drop(entry: Pending): void {
    if (!entry.run) return;
    entry.run = undefined;
    this.waiting--;
    // What was cancelled is thrown out at the latest when it is most of what there is.
    if (this.heap.length < 64 || this.heap.length < this.waiting * 2) return;
    const left = this.heap.filter(({ run }) => run);
    this.heap = [];
    for (const other of left) this.push(other);
  }

  private push(entry: Pending): void {
    const { heap } = this;
    let at = heap.push(entry) - 1;
    for (let above = (at - 1) >> 1; at > 0 && isBefore(entry, heap[above]); above = (at - 1) >> 1) {
      heap[at] = heap[above];
      at = above;
    }
    heap[at] = entry;
  }

  private pop(): Pending {
    const { heap } = this;
    const [first] = heap;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below + 1 < heap.length && isBefore(heap[below + 1], heap[below])) below++;
      if (below >= heap.length || !isBefore(heap[below], last)) break;
      heap[at] = heap[below];
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(one: Pending, other: Pending): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
