import type { Clock, Timer } from "../link/clock.js";

interface Pending {
  readonly at: number;
  readonly run: () => void;
}

/** Time that stands still until it is told to pass. */
export class VirtualClock implements Clock {
  private time = 0;
  /** In the order in which they are due, then in that of their making. */
  private readonly pending: Pending[] = [];

  /** Timers that have neither run nor been cancelled. */
  get timers(): number {
    return this.pending.length;
  }

  /** The moment when the next timer is due; `Infinity` when there is none. */
  get next(): number {
    return this.pending[0]?.at ?? Infinity;
  }

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): Timer {
    const entry = { at: this.time + Math.max(0, ms), run };
    this.pending.splice(this.placeOf(entry.at), 0, entry);
    return { cancel: () => this.drop(entry) };
  }

  /** Lets `ms` milliseconds pass: runs what is due in the order of its time, then of its making. */
  advance(ms: number): void {
    const end = this.time + ms;
    while (this.step(end));
  }

  /** Runs the one timer that is due next, no later than `end`; without one, time passes until `end`, and it returns `false`. */
  step(end: number): boolean {
    if (this.next > end) {
      this.time = Math.max(this.time, end);
      return false;
    }
    const { at, run } = this.pending.shift()!;
    this.time = at;
    run();
    return true;
  }

  /** The index behind all that is due at `at` or before. */
  private placeOf(at: number): number {
    let low = 0;
    let high = this.pending.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.pending[middle].at <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private drop(entry: Pending): void {
    const index = this.pending.lastIndexOf(entry, this.placeOf(entry.at));
    if (index >= 0) this.pending.splice(index, 1);
  }
}
