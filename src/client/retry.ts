const MAX_TOKENS = 10;
/** What a call that succeeds gives back of a token. */
const TOKEN_RATIO = 0.1;
const FIRST_MS = 50;
const LONGEST_MS = 5_000;

/** How often one call is made, at most. */
export const MAX_ATTEMPTS = 5;

/**
 * How many calls are made once more where most of them fail: each that could be takes a token of ten, each that succeeds gives
 * back a tenth, and none is made again unless more than half of them are left (as gRPC has it). So retries add a tenth to a
 * server's load, not a multiple.
 */
export class RetryBudget {
  private tokens = MAX_TOKENS;

  /** Takes a token, if there is one; `false` when the budget is used up. */
  take(): boolean {
    this.tokens = Math.max(0, this.tokens - 1);
    return this.tokens > MAX_TOKENS / 2;
  }

  succeeded(): void {
    this.tokens = Math.min(MAX_TOKENS, this.tokens + TOKEN_RATIO);
  }
}

/** How many milliseconds to wait before a call is made for the `attempt`th time again: any share of 50, 100, 200 … 5,000. */
export function retryDelayMs(attempt: number, random: () => number): number {
  return random() * Math.min(FIRST_MS * 2 ** (attempt - 1), LONGEST_MS);
}
