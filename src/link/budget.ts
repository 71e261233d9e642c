import type { Clock } from "./clock.js";

/** So many per second: what a peer may do that costs it less than this side. */
export class Budget {
  private left: number;
  private since: number;

  constructor(
    private readonly clock: Clock,
    private readonly perSecond: number,
  ) {
    this.left = perSecond;
    this.since = clock.now();
  }

  /** Takes one; `false` when this second's are used up. */
  spend(): boolean {
    if (this.left > 0) {
      this.left--;
      return true;
    }
    const now = this.clock.now();
    if (now - this.since < 1000) return false;
    this.since = now;
    this.left = this.perSecond - 1;
    return true;
  }
}
