import { createHistogram } from "node:perf_hooks";
import type { EchoClient } from "../../schemas/gen/echo.js";
import type { Driver, Shape } from "../pair/load.js";
import { checkId, payloadOf } from "../pair/payload.js";
import type { Sample } from "../suite.js";

const itemBytes = 64 * 1024;
const endless = 0xffff_ffff;

/** Makes small calls, one at a time, while it reads a stream as fast as it comes. */
export class BesideDriver implements Driver {
  calls = 0;
  answers = 0;
  readonly #small: EchoClient;
  readonly #large: EchoClient | undefined;
  readonly #payload: Uint8Array;
  readonly #latency = createHistogram();
  #streamed = 0;
  #since = performance.now();
  #isRunning = false;
  #done: Promise<unknown> = Promise.resolve();

  /** @param small answers the calls, `large` the stream; without it there is none. */
  constructor(small: EchoClient, large: EchoClient | undefined, { payloadBytes }: Shape) {
    this.#small = small;
    this.#large = large;
    this.#payload = payloadOf(payloadBytes);
  }

  start(): void {
    this.#isRunning = true;
    this.#done = Promise.all([this.#call(), this.#large && this.#read(this.#large)]);
  }

  async rest(): Promise<void> {
    this.#isRunning = false;
    await this.#done;
  }

  measured(): Sample[] {
    const now = performance.now();
    const samples: Sample[] = [
      { metric: "latency-p50", value: this.#latency.percentile(50) / 1000 },
      { metric: "latency-p99", value: this.#latency.percentile(99) / 1000 },
    ];
    if (this.#large) samples.push({ metric: "throughput", value: this.#streamed / ((now - this.#since) / 1000) });
    this.#latency.reset();
    this.#streamed = 0;
    this.#since = now;
    return samples;
  }

  async #call(): Promise<void> {
    while (this.#isRunning) {
      const id = this.calls++ & 0x3fff;
      const start = performance.now();
      const answer = await this.#small.unary({ id, data: this.#payload });
      this.#latency.record(Math.max(1, Math.round((performance.now() - start) * 1e6)));
      checkId(answer.id, id);
      this.answers++;
    }
  }

  async #read(echo: EchoClient): Promise<void> {
    let next = 0;
    for await (const { id, data } of echo.produce({ count: endless, size: itemBytes })) {
      checkId(id, next++);
      this.#streamed += data.length;
      if (!this.#isRunning) break;
    }
  }
}
