import { MillraceError } from "../error.js";
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

  /** Takes one. Throws `resource_exhausted` when this second's are used up; `what` names what the peer sends. */
  spend(what: string): void {
    if (this.left === 0) this.refill(what);
    this.left--;
  }

  private refill(what: string): void {
    const now = this.clock.now();
    if (now - this.since < 1000) {
      const most = `more than ${this.perSecond} ${what} and their like a second`;
      throw new MillraceError("resource_exhausted", `enhance your calm: ${most}`);
    }
    this.since = now;
    this.left = this.perSecond;
  }
}
