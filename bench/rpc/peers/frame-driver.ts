import { checkId, checkPayload, isSampled, payload, type Driver } from "../load.js";
import { FrameParser, FrameWriter, type Send } from "./framed.js";

/** Loads a connection that echoes frames in order: no promise, each answer makes the next call. */
export class FrameDriver implements Driver {
  calls = 0;
  answers = 0;
  readonly parser = new FrameParser((id, bytes, from, length) => this.#answered(id, bytes, from, length));
  readonly close: () => void;
  readonly #writer: FrameWriter;
  readonly #window: number;
  #running = false;
  #rested: (() => void) | undefined;

  constructor(window: number, send: Send, close: () => void) {
    this.#window = window;
    this.#writer = new FrameWriter(send);
    this.close = close;
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
    this.#writer.frame(this.calls++ & 0x3fff, payload, 0, payload.length);
  }

  #answered(id: number, bytes: Uint8Array, from: number, length: number): void {
    checkId(id, this.answers & 0x3fff);
    if (isSampled(this.answers)) checkPayload(bytes, from, length);
    this.answers++;
    if (this.#running) this.#call();
    else if (this.answers === this.calls) this.#rested?.();
  }
}
