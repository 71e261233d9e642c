import { FrameParser, FrameWriter, type Send } from "../../pair/framed.js";
import type { Driver, Shape } from "../../pair/load.js";
import { checkId, checkPayload, isSampled, payloadOf } from "../../pair/payload.js";

/** Loads a connection that echoes frames in order: no promise, each answer makes the next call. */
export class FrameDriver implements Driver {
  calls = 0;
  answers = 0;
  readonly parser = new FrameParser((id, bytes, from, length) => this.#answered(id, bytes, from, length));
  readonly #writer: FrameWriter;
  readonly #window: number;
  readonly #payload: Uint8Array;
  #running = false;
  #rested: (() => void) | undefined;

  constructor({ window, payloadBytes }: Shape, send: Send) {
    this.#window = window;
    this.#payload = payloadOf(payloadBytes);
    this.#writer = new FrameWriter(send);
  }

  start(): void {
    this.#running = true;
    for (let i = 0; i < this.#window; i++) this.#call();
  }

  rest(): Promise<void> {
    this.#running = false;
    return new Promise((resolve) => {
      if (this.answers === this.calls) resolve();
      else this.#rested = resolve;
    });
  }

  #call(): void {
    this.#writer.frame(this.calls++ & 0x3fff, this.#payload, 0, this.#payload.length);
  }

  #answered(id: number, bytes: Uint8Array, from: number, length: number): void {
    checkId(id, this.answers & 0x3fff);
    if (isSampled(this.answers)) checkPayload(bytes, from, length, this.#payload);
    this.answers++;
    if (this.#running) this.#call();
    else if (this.answers === this.calls) this.#rested?.();
  }
}
