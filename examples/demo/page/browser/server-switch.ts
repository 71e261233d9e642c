import type { MarketStatus } from "../status.js";
import { byId } from "./dom.js";

/** The button that stops the market's server and starts it again. */
export class ServerSwitch {
  readonly #button = byId("switch") as HTMLButtonElement;
  readonly #error = byId("error");
  #isRunning = false;

  constructor() {
    this.#button.addEventListener("click", () => void this.#toggle());
  }

  /** Asks whether the server runs, and shows that; rejects when the page's own server is gone. */
  async refresh(): Promise<MarketStatus> {
    return this.#show(await ask("/market"));
  }

  async #toggle(): Promise<void> {
    this.#button.disabled = true;
    try {
      this.#show(await ask(this.#isRunning ? "/market/stop" : "/market/start", { method: "POST" }));
      this.#error.textContent = "";
    } catch (error) {
      this.#error.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      this.#button.disabled = false;
    }
  }

  #show(status: MarketStatus): MarketStatus {
    this.#isRunning = status.isRunning;
    this.#button.textContent = status.isRunning ? "Stop the server" : "Start the server";
    this.#button.disabled = false;
    return status;
  }
}

async function ask(path: string, options?: RequestInit): Promise<MarketStatus> {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as MarketStatus;
}
