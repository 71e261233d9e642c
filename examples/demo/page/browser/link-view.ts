import type { Link } from "millrace";
import { byId, made } from "./dom.js";

const tickMs = 100;
const keptEvents = 5;

/** Shows the state of a link, why it is so, when the next attempt to connect is, and what went before. */
export class LinkView {
  readonly #state = byId("state");
  readonly #detail = byId("detail");
  readonly #reason = byId("reason");
  readonly #events = byId("events");
  #since = 0;
  #retryAt = 0;

  constructor(
    private readonly link: Link,
    private readonly url: string,
  ) {}

  start(): void {
    this.#show();
    this.link.onState((_, reason, retryInMs) => this.#show(reason?.message, retryInMs));
    setInterval(() => this.#tick(), tickMs);
  }

  #show(reason = "", retryInMs = 0): void {
    const { state } = this.link;
    this.#since = performance.now();
    this.#retryAt = this.#since + retryInMs;
    document.body.dataset["state"] = state;
    this.#state.textContent = state;
    this.#reason.textContent = reason === "" ? this.url : reason;
    this.#tick();
    this.#log(reason === "" ? state : `${state}: ${reason}`);
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

  #log(text: string): void {
    const line = made("li");
    line.append(made("time", new Date().toLocaleTimeString("en-GB")), made("span", text));
    this.#events.prepend(line);
    while (this.#events.children.length > keptEvents) this.#events.lastElementChild?.remove();
  }
}
