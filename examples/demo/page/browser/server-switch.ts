import type { MarketStatus } from "../status.js";
import { byId } from "./dom.js";

/** The buttons that stop the market's server, start it again, and cut its links. */
export class ServerSwitch {
  readonly #switch = byId("switch") as HTMLButtonElement;
  readonly #cut = byId("cut") as HTMLButtonElement;
  readonly #error = byId("error");
  #isRunning = false;

  constructor() {
    this.#switch.addEventListener("click", () => void this.#change(this.#isRunning ? "stop" : "start"));
    this.#cut.addEventListener("click", () => void this.#change("cut"));
  }

  /** Asks whether the server runs, and shows that; rejects when the page's own server is gone. */
  async refresh(): Promise<MarketStatus> {
    return this.#show(await ask("/market"));
  }

  async #change(how: "start" | "stop" | "cut"): Promise<void> {
    this.#switch.disabled = this.#cut.disabled = true;
    try {
      this.#show(await ask(`/market/${how}`, { method: "POST" }));
      this.#error.textContent = "";
    } catch (error) {
      this.#error.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      this.#switch.disabled = false;
      this.#cut.disabled = !this.#isRunning;
    }
  }

  #show(status: MarketStatus): MarketStatus {
    this.#isRunning = status.isRunning;
    this.#switch.textContent = status.isRunning ? "Stop the server" : "Start the server";
    this.#switch.disabled = false;
    this.#cut.disabled = !status.isRunning;
    return status;
  }
}

async function ask(path: string, options?: RequestInit): Promise<MarketStatus> {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as MarketStatus;
}
