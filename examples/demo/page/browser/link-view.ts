import { type Link, MillraceError } from "millrace";
import { byId, made } from "./dom.js";

const tickMs = 100;
const keptEvents = 5;

/** Shows the state of a link, why it is so, when the next attempt to connect is, and what went before. */
export class LinkView {
  readonly #state = byId("state");
  readonly #detail = byId("detail");
  readonly #reason = byId("reason");
  readonly #lines = Array.from({ length: keptEvents }, () => made("li"));
  #since = 0;
  #retryAt = 0;

  constructor(
    private readonly link: Link,
    private readonly url: string,
  ) {}

  start(): void {
    byId("events").append(...this.#lines);
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
    this.#log(why ? `${state}, ${why.code}` : state);
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

  /** The lines stay where they are, only their text moves on. */
  #log(text: string): void {
    const texts = this.#lines.map(({ textContent }) => textContent);
    this.#lines.forEach((line, i) => (line.textContent = i === 0 ? `${clock()}  ${text}` : texts[i - 1]));
  }
}

function clock(): string {
  return new Date().toLocaleTimeString("en-GB");
}
