import { MillraceError } from "../error.js";
import type { Clock } from "./clock.js";

/** Of so many seconds, what has not come may still come: a network that stalls, or a process that is blocked, brings it at once. */
const MOST_SECONDS = 10;

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

  /**
   * Takes one. Throws `resource_exhausted` when those of this second, and of those before that nothing came in, are used up;
   * `what` names what the peer sends.
   * @param more so many more there are of a second that begins with this one.
   */
  spend(what: string, more = 0): void {
    if (this.left === 0) this.refill(what, more);
    this.left--;
  }

  private refill(what: string, more: number): void {
    const now = this.clock.now();
    const seconds = Math.min(Math.floor((now - this.since) / 1000), MOST_SECONDS);
    if (seconds === 0) {
      const most = `more than ${this.perSecond} ${what} and their like a second`;
      throw new MillraceError("resource_exhausted", `enhance your calm: ${most}`);
    }
    this.since = now;
    this.left = this.perSecond * seconds + more;
  }
}
