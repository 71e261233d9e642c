import { listen, type Server } from "millrace/node";
import { Market } from "../../../../schemas/gen/market.js";
import { marketOf } from "../../market.js";
import { loadRecords } from "../../records.js";
import { replay } from "./replay.js";
import { Ticker } from "./ticker.js";

/** A server of the market over WebSocket whose links can be cut, and that can be stopped and started again, at the same address. */
export class MarketServer {
  readonly #market;
  readonly #ticker;
  #server: Server | undefined;
  #url = "ws://127.0.0.1:0";
  #last: Promise<unknown> = Promise.resolve();

  /** @param origins the pages that may connect. */
  constructor(private readonly origins: readonly string[]) {
    const records = loadRecords();
    this.#market = marketOf(records);
    this.#ticker = new Ticker(replay(records));
  }

  /** Where clients connect; has its port once the server was started. */
  get url(): string {
    return this.#url;
  }

  get isRunning(): boolean {
    return this.#server !== undefined;
  }

  /** Rejects with `unavailable` when the address is taken by now. */
  start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#server) return;
      const server = await listen({ ws: new URL(this.#url).host, origins: this.origins });
      server.serve(Market, this.#market);
      this.#ticker.start(server);
      [this.#url] = server.urls;
      this.#server = server;
    });
  }

  /** Closes all links, whose clients may come back at once. */
  cut(): Promise<void> {
    return this.#inTurn(async () => {
      await Promise.all([...(this.#server?.links ?? [])].map((link) => link.close()));
    });
  }

  /** Closes all links; resolves when the address is free. What was published is forgotten. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      this.#ticker.stop();
      await this.#server?.close();
      this.#server = undefined;
    });
  }

  /** Starting and stopping wait for each other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}
