import { setTimeout as sleep } from "node:timers/promises";
import { MillraceError } from "millrace";
import type { Pace, TickerHandlers } from "../../../../schemas/gen/market.js";
import type { PriceRecord } from "../../records.js";

const tickMs = 20;
const maxPerSecond = 10_000;

/** Replays `quotes` to each client at its own pace, and from the start again when they are through. */
export function tickerOf(quotes: readonly PriceRecord[]): TickerHandlers {
  return {
    async *watch(paces, call) {
      const { value: first, done } = await paces.next();
      if (done === true) return;
      const wanted = new Wanted(first);
      void wanted.follow(paces);
      let next = firstAfter(quotes, first.after);
      let last = performance.now();
      let due = 0;
      while (!call.signal.aborted) {
        await sleep(tickMs);
        const now = performance.now();
        due = Math.min(due + (wanted.perSecond * (now - last)) / 1000, wanted.perSecond);
        last = now;
        for (; due >= 1; due--) yield quotes[next++ % quotes.length];
      }
    },
  };
}

/** The pace that a client asked for last. */
class Wanted {
  #perSecond: number;
  #failure: unknown;

  constructor(first: Pace) {
    this.#perSecond = checked(first);
  }

  /** Throws what kept the client's last wish from being one. */
  get perSecond(): number {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#perSecond;
  }

  async follow(paces: AsyncIterable<Pace>): Promise<void> {
    try {
      for await (const pace of paces) this.#perSecond = checked(pace);
    } catch (error) {
      this.#failure = error;
    }
  }
}

function checked({ quotesPerSecond }: Pace): number {
  if (quotesPerSecond >= 1 && quotesPerSecond <= maxPerSecond) return quotesPerSecond;
  throw new MillraceError("invalid_argument", `quotes_per_second is ${quotesPerSecond}, give 1 to ${maxPerSecond}`);
}

/** Where to go on for who has all quotes up to a time; at the start for who has all, or none. */
function firstAfter(quotes: readonly PriceRecord[], time: number): number {
  return Math.max(
    quotes.findIndex((quote) => quote.time > time),
    0,
  );
}
