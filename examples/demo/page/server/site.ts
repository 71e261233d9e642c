import type { IncomingMessage, ServerResponse } from "node:http";
import type { MarketStatus } from "../status.js";
import { type Asset, contentPolicy } from "./assets.js";
import type { MarketServer } from "./market-server.js";

const changes = new Map<string, (market: MarketServer) => Promise<void>>([
  ["/market/start", (market) => market.start()],
  ["/market/cut", (market) => market.cut()],
  ["/market/stop", (market) => market.stop()],
]);

/** Answers with files and, under `/market`, with the state of the market's server, which a page of this site may change. */
export class Site {
  readonly #headers: Readonly<Record<string, string>>;

  constructor(
    private readonly assets: ReadonlyMap<string, Asset>,
    private readonly market: MarketServer,
    private readonly hosts: readonly string[],
  ) {
    this.#headers = {
      "content-security-policy": contentPolicy(assets.get("/")!, market.url),
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    };
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    // Who was led here under another name by a page of somebody else gets nothing.
    if (!this.hosts.includes(request.headers.host ?? "")) return this.#say(response, 403, "no such host");
    if (request.method === "POST") return this.#change(path, request, response);
    if (request.method !== "GET" && request.method !== "HEAD") return this.#say(response, 405, "GET or POST");
    if (path === "/market") return this.#status(response);
    const asset = this.assets.get(path);
    if (!asset) return this.#say(response, 404, "nothing is here");
    this.#send(response, 200, asset.type, request.method === "HEAD" ? "" : asset.body);
  }

  async #change(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const change = changes.get(path);
    if (!change) return this.#say(response, 404, "nothing is here");
    const { origin } = request.headers;
    if (!this.hosts.some((host) => origin === `http://${host}`)) return this.#say(response, 403, "not this page");
    try {
      await change(this.market);
      this.#status(response);
    } catch (error) {
      this.#say(response, 503, error instanceof Error ? error.message : String(error));
    }
  }

  #status(response: ServerResponse): void {
    const { url, isRunning } = this.market;
    this.#send(response, 200, "application/json", JSON.stringify({ url, isRunning } satisfies MarketStatus));
  }

  #say(response: ServerResponse, status: number, text: string): void {
    this.#send(response, status, "text/plain; charset=utf-8", text);
  }

  #send(response: ServerResponse, status: number, type: string, body: Buffer | string): void {
    response.writeHead(status, { ...this.#headers, "content-type": type }).end(body);
  }
}
