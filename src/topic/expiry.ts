import type { Clock, Timer } from "../link/clock.js";

/** What does not stay for ever. */
export interface Perishable {
  /** Lets go of what is too old; returns when the next of it will be, `Infinity` when nothing is left. */
  expire(): number;
}

/** So many times within an age is looked for what has reached it. */
const LOOKS = 16;
/** So many are looked at before others get their turn. */
const MOST_AT_ONCE = 10_000;

/** Lets what has reached an age go by itself, at most a sixteenth of the age late, with one timer for all, while there is something. */
export class Expiry {
  /** What is due, by the number of the stretch of time in which it is; there are few at a time. */
  private readonly due = new Map<number, Perishable[]>();
  private readonly stretchMs: number;
  private timer: Timer | undefined;
  private timerAt = Infinity;
  private isClosed = false;

  /** @param ageMs the age that everything here goes by. */
  constructor(
    private readonly clock: Clock,
    ageMs: number,
  ) {
    this.stretchMs = Math.max(1, ageMs / LOOKS);
  }

  /** Has `item` expire when it is due, again and again, until nothing of it is left. */
  watch(item: Perishable): void {
    const dueMs = this.isClosed ? Infinity : item.expire();
    if (dueMs === Infinity) return;
    const stretch = Math.floor(dueMs / this.stretchMs) + 1;
    const items = this.due.get(stretch);
    if (items) return void items.push(item);
    this.due.set(stretch, [item]);
    this.arm(stretch);
  }

  /** Lets go of everything: nothing expires by itself any more. */
  close(): void {
    this.isClosed = true;
    this.due.clear();
    this.timer?.cancel();
  }

  /** Sees to it that the timer runs when a stretch is over. */
  private arm(stretch: number): void {
    if (stretch >= this.timerAt) return;
    this.timer?.cancel();
    this.timerAt = stretch;
    this.timer = this.clock.after(stretch * this.stretchMs - this.clock.now(), this.run);
  }

  private readonly run = (): void => {
    this.timerAt = Infinity;
    const over = this.clock.now() / this.stretchMs;
    let left = MOST_AT_ONCE;
    for (const [stretch, items] of this.due) {
      if (stretch > over) continue;
      for (; items.length > 0 && left > 0; left--) this.watch(items.pop()!);
      if (items.length === 0) this.due.delete(stretch);
    }
    for (const stretch of this.due.keys()) this.arm(stretch);
  };
}
