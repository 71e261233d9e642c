import { MillraceError } from "millrace";
import type { ReplayClient } from "../../../../schemas/gen/market.js";
import { byId } from "./dom.js";

/** The slider of the pace, which is the same for all pages: it sets it, and shows what others have set. */
export class PaceControl {
  readonly #slider = byId("pace") as HTMLInputElement;
  readonly #value = byId("pace-value");
  #isAsking = false;

  constructor(private readonly replay: ReplayClient) {}

  /** Rejects when the link is closed for good, and when the market refuses. */
  async run(): Promise<void> {
    const refusal = new Promise<never>((_, reject) => {
      this.#slider.addEventListener("input", () => void this.#ask().catch(reject));
    });
    await Promise.race([this.#follow(), refusal]);
  }

  async #follow(): Promise<void> {
    // What was set while this page was away does not matter: the newest pace comes first.
    const paces = this.replay.paces({}, { waitForReady: true, onGap: () => {} });
    for await (const { quotesPerSecond } of paces) if (!this.#isAsking) this.#show(quotesPerSecond);
  }

  /** Asks for what the slider says; if that changes meanwhile, once more. */
  async #ask(): Promise<void> {
    this.#show(this.#slider.valueAsNumber);
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      for (let asked = NaN; asked !== this.#slider.valueAsNumber; ) {
        asked = this.#slider.valueAsNumber;
        await this.replay.setPace({ quotesPerSecond: asked }, { waitForReady: true });
      }
    } catch (error) {
      // The pace that holds is told when there is a connection again.
      if (!(error instanceof MillraceError) || error.code !== "unavailable") throw error;
    } finally {
      this.#isAsking = false;
    }
  }

  #show(perSecond: number): void {
    this.#slider.value = String(perSecond);
    this.#value.textContent = perSecond.toLocaleString("en");
  }
}
