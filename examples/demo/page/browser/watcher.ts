import { MillraceError } from "millrace";
import type { Pace, Quote, TickerClient } from "../../../../schemas/gen/market.js";
import { Newest } from "./newest.js";

/** Follows the market's quotes over every connection that the link makes, each time from where it stopped. */
export class Watcher {
  #paces: Newest<Partial<Pace>> | undefined;
  #perSecond: number;
  /** The time of the newest quote that came. */
  #after = 0;

  /** @param take is given the quotes as they come. */
  constructor(
    private readonly ticker: TickerClient,
    perSecond: number,
    private readonly take: (quotes: readonly Quote[]) => void,
  ) {
    this.#perSecond = perSecond;
  }

  /** How many quotes a second the market is asked for, now and after each reconnect. */
  set perSecond(value: number) {
    this.#perSecond = value;
    this.#ask();
  }

  /** Rejects when the link is closed for good, and when the market refuses. */
  async run(): Promise<never> {
    for (;;) {
      const paces = new Newest<Partial<Pace>>();
      this.#paces = paces;
      this.#ask();
      try {
        for await (const quotes of this.ticker.watch(paces, { waitForReady: true }).batches()) {
          this.#after = quotes[quotes.length - 1].time;
          this.take(quotes);
        }
      } catch (error) {
        if (!(error instanceof MillraceError) || error.code !== "unavailable") throw error;
      } finally {
        paces.end();
      }
    }
  }

  #ask(): void {
    this.#paces?.set({ quotesPerSecond: this.#perSecond, after: this.#after });
  }
}
