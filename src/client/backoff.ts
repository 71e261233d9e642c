const FIRST_MS = 1_000;
const GROWTH = 1.6;
const JITTER = 0.2;
/** A link that was open for so long was no failure. */
const STABLE_MS = 60_000;
/** No server sends its clients away for longer. */
const LONGEST_RETRY_AFTER_MS = 600_000;

/**
 * How long to wait before each attempt to connect: 1 s, then 1.6 times as long as before, up to a bound, each ± 20 %. Many
 * clients that a server sent away for some time come back over as long a time again.
 */
export class Backoff {
  private attempts = 0;

  /**
   * @param random chance, from 0 up to, not including, 1.
   * @param longestMs the bound.
   */
  constructor(
    private readonly random: () => number,
    private readonly longestMs: number,
  ) {}

  /** The next wait in milliseconds; not shorter than the server asked for. */
  nextMs(retryAfterMs = 0): number {
    const ms = Math.min(FIRST_MS * GROWTH ** this.attempts++, this.longestMs) * (1 + JITTER * (2 * this.random() - 1));
    if (retryAfterMs === 0) return ms;
    const least = Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS);
    return Math.max(ms, least + this.random() * Math.max(least, FIRST_MS));
  }

  /** Notes that a link was open for so many milliseconds. */
  wasOpen(ms: number): void {
    if (ms >= STABLE_MS) this.reset();
  }

  /** Starts anew, with the first wait. */
  reset(): void {
    this.attempts = 0;
  }
}
