import type { Entry, LedgerClient } from "../../schemas/gen/ledger.js";
import { type CallOptions, MillraceError } from "../../src/index.js";
import type { Clock } from "../../src/link/clock.js";
import type { CallPlan } from "./call-plan.js";

/** How a call ended: a code, `ok`, or what is no MillraceError in words. */
export type End = string;

/** One call that was made, and how it ended for its caller. */
export class MadeCall {
  readonly startMs: number;
  endMs: number | undefined;
  /** More than one is a mistake. */
  readonly ends: End[] = [];
  /** What the caller saw that must not be. */
  readonly mistakes: string[] = [];
  /** How often the requests were asked for from their start. */
  private asked = 0;

  constructor(
    readonly id: number,
    readonly plan: CallPlan,
    private readonly clock: Clock,
  ) {
    this.startMs = clock.now();
  }

  /** Makes it; resolves when it has ended. */
  async make(ledger: LedgerClient): Promise<void> {
    const { timeoutMs, waitForReady, cancelAfterMs } = this.plan;
    const aborter = new AbortController();
    const timer = cancelAfterMs === undefined ? undefined : this.clock.after(cancelAfterMs, () => aborter.abort());
    const options = { timeoutMs, waitForReady, signal: aborter.signal, metadata: { id: String(this.id) } };
    try {
      await this.run(ledger, options);
      this.ended("ok");
    } catch (error) {
      this.ended(error instanceof MillraceError ? error.code : `what is no MillraceError: ${String(error)}`);
    }
    timer?.cancel();
  }

  private ended(end: End): void {
    this.endMs = this.clock.now();
    this.ends.push(end);
  }

  private run(ledger: LedgerClient, options: CallOptions): Promise<void> {
    const { id, plan } = this;
    const { count, workMs } = plan;
    switch (plan.do) {
      case "post":
      case "look":
        return this.one(ledger[plan.do]({ id, workMs, note: noteOf(id, plan.bytes) }, options));
      case "follow":
      case "list":
        return this.read(ledger[plan.do]({ id, count, workMs }, options), 1);
      case "import":
        return this.counted(ledger.import(this.requests(), options));
      default:
        return this.read(ledger.exchange(this.requests(), options), 0);
    }
  }

  private async one(answer: Promise<Entry>): Promise<void> {
    const { id, note } = await answer;
    const isRight = id === this.id && Buffer.compare(note, noteOf(id, this.plan.bytes)) === 0;
    if (!isRight) this.mistakes.push(`got the answer of call ${id}, or one that was changed`);
  }

  private async counted(answer: Promise<Entry>): Promise<void> {
    const { id, count } = await answer;
    if (id !== this.id || count !== this.plan.count) this.mistakes.push(`counted ${count} entries for call ${id}`);
  }

  /** Reads answers that are counted from `first`; after its end a stream must stay as it is. */
  private async read(stream: AsyncIterableIterator<Entry>, first: number): Promise<void> {
    let next = first;
    try {
      for await (const { id, count } of stream) {
        if (id !== this.id || count !== next) this.mistakes.push(`got entry ${count} of call ${id}, not ${next}`);
        next++;
      }
    } finally {
      const after = await stream.next().catch(() => ({ done: true }));
      if (after.done !== true) this.mistakes.push("gave an entry after its end");
    }
    if (next !== first + this.plan.count) this.mistakes.push(`ended after ${next - first} entries, without an error`);
  }

  private async *requests(): AsyncGenerator<Partial<Entry>> {
    const { id, plan } = this;
    if (++this.asked > 1) this.mistakes.push("asked for its requests twice");
    for (let count = 0; count < plan.count; count++) yield { id, count, note: noteOf(id, plan.bytes) };
  }
}

/** Bytes that differ from call to call. */
function noteOf(id: number, size: number): Uint8Array {
  return new Uint8Array(size).fill(id * 31 + size);
}
