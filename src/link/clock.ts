/** Monotonic time and timers; passed in, so that tests run on virtual time. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Calls `run` once after `ms` milliseconds, never from within `after`. */
  after(ms: number, run: () => void): Timer;
}

/** A pending call of `Clock.after`. */
export interface Timer {
  /** Makes sure that it does not run (again). */
  cancel(): void;
}
