import type { Quote } from "../../../../schemas/gen/market.js";

/** What came in, per second. */
export interface Rates {
  readonly quotes: number;
  /** All that the link received. */
  readonly bytes: number;
  /** What the text of the same quotes would be. */
  readonly jsonBytes: number;
}

/** Counts what comes in, and says how much that is a second. */
export class Meter {
  #quotes = 0;
  #jsonBytes = 0;
  #bytes: number;
  #since = performance.now();

  /** @param bytesIn of the link, so far. */
  constructor(bytesIn: number) {
    this.#bytes = bytesIn;
  }

  /** Takes note of a quote as the JSON that would have carried it; its text is ASCII, so that letters are bytes. */
  count(quote: Quote): void {
    this.#quotes++;
    this.#jsonBytes += JSON.stringify(quote).length;
  }

  /** The rates since the last time. */
  read(bytesIn: number): Rates {
    const now = performance.now();
    const seconds = (now - this.#since) / 1000;
    const rates = {
      quotes: this.#quotes / seconds,
      bytes: (bytesIn - this.#bytes) / seconds,
      jsonBytes: this.#jsonBytes / seconds,
    };
    this.#since = now;
    this.#bytes = bytesIn;
    this.#quotes = this.#jsonBytes = 0;
    return rates;
  }
}
