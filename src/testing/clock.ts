import type { Clock, Timer } from "../link/clock.js";

/** Time that stands still until it is told to pass. */
export class VirtualClock implements Clock {
  private time = 0;
  private count = 0;
  private readonly pending = new Map<number, { at: number; run: () => void }>();

  /** Timers that have neither run nor been cancelled. */
  get timers(): number {
    return this.pending.size;
  }

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): Timer {
    const id = ++this.count;
    this.pending.set(id, { at: this.time + Math.max(0, ms), run });
    return { cancel: () => void this.pending.delete(id) };
  }

  /** Lets `ms` milliseconds pass: runs what is due in the order of its time, then of its making. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (let next = this.earliest(end); next; next = this.earliest(end)) {
      const [id, { at, run }] = next;
      this.pending.delete(id);
      this.time = at;
      run();
    }
    this.time = end;
  }

  private earliest(end: number): [number, { at: number; run: () => void }] | undefined {
    let first: [number, { at: number; run: () => void }] | undefined;
    for (const entry of this.pending) if (entry[1].at <= end && (!first || entry[1].at < first[1].at)) first = entry;
    return first;
  }
}
