import type { Turns } from "../link/turns.js";

/** All streams look again at once: a page has few of them. */
export class AllAtOnce implements Turns {
  private readonly waiting: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((wake) => this.waiting.push(wake));
  }

  waitToAnswer(): Promise<void> {
    return this.wait();
  }

  pass(): undefined {}

  open(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }

  leave(): void {
    this.open();
  }
}
