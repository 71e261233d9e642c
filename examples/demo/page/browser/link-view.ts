import { type Link, MillraceError } from "millrace";
import { byId } from "./dom.js";
import type { EventList } from "./event-list.js";

const tickMs = 100;

/** Shows the state of a link, why it is so, when the next attempt to connect is, and what went before. */
export class LinkView {
  readonly #state = byId("state");
  readonly #detail = byId("detail");
  readonly #reason = byId("reason");
  #since = 0;
  #retryAt = 0;

  constructor(
    private readonly link: Link,
    private readonly url: string,
    private readonly events: EventList,
  ) {}

  start(): void {
    this.#show();
    this.link.onState((_, reason, retryInMs) => this.#show(reason, retryInMs));
    setInterval(() => this.#tick(), tickMs);
  }

  #show(reason?: MillraceError, retryInMs = 0): void {
    // Where there is no connection the cause is why the last one failed.
    const why = reason?.cause instanceof MillraceError ? reason.cause : reason;
    const { state } = this.link;
    this.#since = performance.now();
    this.#retryAt = this.#since + retryInMs;
    document.body.dataset["state"] = state;
    this.#state.textContent = state;
    this.#reason.textContent = why?.text ?? this.url;
    this.#tick();
    this.events.add(why ? `${state}, ${why.code}` : state);
  }

  /** What changes with time. */
  #tick(): void {
    const now = performance.now();
    this.#detail.textContent = {
      open: `for ${Math.floor((now - this.#since) / 1000)} s`,
      waiting: `next attempt in ${(Math.max(0, this.#retryAt - now) / 1000).toFixed(1)} s`,
      connecting: "…",
      draining: "",
      closed: "for good",
    }[this.link.state];
  }
}
