import { MillraceError, type Topic } from "millrace";
import type { Server } from "millrace/node";
import { Market, type Pace, type Quote, Replay, type Symbol } from "../../../../schemas/gen/market.js";
import type { PriceRecord } from "../../records.js";

const tickMs = 20;
const maxPerSecond = 10_000;
/** What a page finds that was away for some seconds. */
const history = { events: 10_000, bytes: 1024 * 1024 };

/** Publishes quotes to all who watch, at one pace that anybody may set, and from the start again when they are through. */
export class Ticker {
  #perSecond = 1000;
  #next = 0;
  #last = 0;
  #due = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly quotes: readonly PriceRecord[]) {}

  /** Publishes on a server, from where the one before it stopped. */
  start(server: Server): void {
    const quotes = server.topic(Market.quotes, { history, slow: "conflate", conflateBy: ({ symbol }) => symbol });
    const paces = server.topic(Replay.paces, { slow: "conflate", snapshot: () => [this.#pace] });
    server.serve(Replay, {
      setPace: async (pace) => {
        this.#perSecond = checked(pace);
        await paces.publish({}, this.#pace);
        return this.#pace;
      },
    });
    this.#last = performance.now();
    this.#timer = setInterval(() => this.#tick(quotes), tickMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get #pace(): Pace {
    return { quotesPerSecond: this.#perSecond };
  }

  /** Publishes what is due; after a pause of this process, what is due in a second at most. */
  #tick(topic: Topic<Symbol, Quote>): void {
    const now = performance.now();
    this.#due = Math.min(this.#due + (this.#perSecond * (now - this.#last)) / 1000, this.#perSecond);
    this.#last = now;
    const events: PriceRecord[] = [];
    for (; this.#due >= 1; this.#due--) events.push(this.quotes[this.#next++ % this.quotes.length]);
    void topic.publishMany({}, events);
  }
}

function checked({ quotesPerSecond }: Pace): number {
  if (quotesPerSecond >= 1 && quotesPerSecond <= maxPerSecond) return quotesPerSecond;
  throw new MillraceError("invalid_argument", `quotes_per_second is ${quotesPerSecond}, give 1 to ${maxPerSecond}`);
}
