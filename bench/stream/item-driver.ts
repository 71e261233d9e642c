import type { Driver } from "../pair/load.js";
import { checkId, checkPayload, isSampled } from "../pair/payload.js";

/** Counts and checks the items of a stream, one stream after the other. */
export abstract class ItemDriver implements Driver {
  answers = 0;
  protected isRunning = false;
  readonly #expected: Uint8Array;
  #next = 0;
  #done: Promise<void> = Promise.resolve();

  constructor(expected: Uint8Array) {
    this.#expected = expected;
  }

  /** Nothing is asked for but the stream, so that each item that came was due. */
  get calls(): number {
    return this.answers;
  }

  start(): void {
    this.isRunning = true;
    this.#next = 0;
    this.#done = this.receive();
  }

  async rest(): Promise<void> {
    this.isRunning = false;
    this.stop();
    await this.#done;
  }

  /** Receives one stream until it is stopped. */
  protected abstract receive(): Promise<void>;

  /** Ends the stream that is being received; one that looks at `isRunning` needs nothing more. */
  protected stop(): void {}

  /** Notes an item: ids count from 0 in each stream. */
  protected took(id: number, bytes: Uint8Array, from: number, length: number): void {
    checkId(id, this.#next++);
    checkId(length, this.#expected.length);
    if (isSampled(this.answers)) checkPayload(bytes, from, length, this.#expected);
    this.answers++;
  }
}
