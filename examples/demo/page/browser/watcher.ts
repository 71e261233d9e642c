import type { Gap, Link } from "millrace";
import { Market, type Quote } from "../../../../schemas/gen/market.js";
import type { EventList } from "./event-list.js";

/** What is said of quotes that this page is not given. */
const missed = {
  conflated: "quotes skipped: newer ones came",
  dropped: "quotes dropped: this page was slow",
  expired: "quotes missed: no longer kept",
  "too long": "quotes missed: too long",
} as const;

/** Follows the quotes of all companies over every connection that the link makes, and says where they go on and what is missing. */
export class Watcher {
  #isBack = false;
  /** The offset that follows the last quote, where nothing is known to be missing. */
  #next: number | undefined;

  /** @param take is given each quote with its offset. */
  constructor(
    private readonly link: Link,
    private readonly events: EventList,
    private readonly take: (quote: Quote, offset: number) => void,
  ) {}

  /** Rejects when the link is closed for good, and when the market refuses. */
  async run(): Promise<void> {
    this.#isBack = this.link.state === "open";
    this.link.onState((state) => (this.#isBack ||= state === "open"));
    const quotes = this.link.client(Market).quotes({}, { waitForReady: true, onGap: (gap) => this.#gap(gap) });
    for await (const quote of quotes) {
      const offset = quotes.offset!;
      if (this.#isBack) this.#back(offset);
      this.#next = offset + 1;
      this.take(quote, offset);
    }
  }

  #gap({ reason, from, to }: Gap): void {
    this.#next = undefined;
    if (reason === "epoch") this.events.add("history lost: the server is another one");
    else this.events.addCount(to - from + 1, missed[reason]);
  }

  #back(offset: number): void {
    this.#isBack = false;
    this.events.add(`quotes from ${offset.toLocaleString("en")} on${offset === this.#next ? ", none missed" : ""}`);
  }
}
