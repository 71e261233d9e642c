import type { Driver } from "./load.js";

/** Makes call number `id`, settles when it was answered, and throws if the answer is wrong. */
export type Caller = (id: number, sampled: boolean) => Promise<void>;

/** Loads a connection whose calls are promises: `window` loops that each await one call after the other. */
export class PromiseDriver implements Driver {
  calls = 0;
  answers = 0;
  readonly #window: number;
  readonly #call: Caller;
  #running = false;
  #loops: Promise<void>[] = [];

  constructor(window: number, call: Caller) {
    this.#window = window;
    this.#call = call;
  }

  start(): void {
    this.#running = true;
    this.#loops = Array.from({ length: this.#window }, () => this.#loop());
  }

  async rest(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#loops);
  }

  async #loop(): Promise<void> {
    while (this.#running) {
      const id = this.calls++;
      await this.#call(id & 0x3fff, (id & 1023) === 0);
      this.answers++;
    }
  }
}
