import type { Writer } from "../bytes/writer.js";
import * as Flag from "../frame/flag.js";
import type { Connection } from "../link/connection.js";
import type { Stream } from "../link/stream.js";
import type { Items } from "./service.js";

/** Sends the messages of one direction of a call, as fast as the receiver's credit and the socket allow. */
export class Outgoing<T> {
  private isStopped = false;
  private wake: (() => void) | undefined;
  /** Where messages come from now, which may be left while one is waited for. */
  private source: AsyncIterable<Partial<T>> | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly stream: Stream,
    private readonly encode: (item: Partial<T>, writer: Writer) => void,
  ) {}

  /**
   * Sends what `items` yields, and asks for the next only when it can be sent; resolves at its end, and when it was stopped
   * before. Rejects with what `items` throws and with what keeps a message from being sent.
   */
  async pump(items: Items<T>): Promise<void> {
    try {
      for await (const item of this.noted(items)) {
        // While the item was made, others may have used up the room.
        while (this.mustWait) await this.room(true);
        if (this.isStopped) return;
        this.send(item);
        // Where nobody waits, this waits for nothing, not even for the next microtask.
        let turn = this.mustWait ? this.room(false) : this.connection.sender.turns.pass(this.stream);
        for (; turn; turn = this.mustWait ? this.room(true) : undefined) await turn;
        if (this.isStopped) return;
      }
      // The end needs room, too, where nothing came before it.
      while (this.mustWait) await this.room(true);
    } finally {
      this.source = undefined;
    }
  }

  /** Sends the END, with no message. */
  end(): void {
    this.connection.claim();
    this.connection.sender.commitData(this.stream, Flag.END, 0, 0);
  }

  /** More can be sent than before. */
  resume(): void {
    this.wake?.();
  }

  /** Sends nothing more. */
  stop(): void {
    this.isStopped = true;
    this.wake?.();
    this.connection.sender.turns.leave(this.stream);
  }

  /** Sends nothing more and takes nothing more, also while a message is waited for. */
  leave(): void {
    this.stop();
    if (this.source) void dismiss(this.source);
  }

  private noted(items: Items<T>): Items<T> {
    if (!(Symbol.asyncIterator in items)) return items;
    const source = items[Symbol.asyncIterator]();
    return (this.source = { [Symbol.asyncIterator]: () => source });
  }

  private get mustWait(): boolean {
    return !this.isStopped && (this.isHeld || this.connection.sender.isBlocked(this.stream));
  }

  /** Whether it is this stream alone that has to wait. */
  private get isHeld(): boolean {
    return this.stream.isQueued || this.stream.sending.credit <= 0;
  }

  /** Resolves when there may be room; `isAgain` says that there was, and that others were faster. */
  private room(isAgain: boolean): Promise<void> {
    if (!this.isHeld) return this.connection.sender.turns.wait(this.stream, isAgain);
    return new Promise((resolve) => (this.wake = resolve));
  }

  private send(item: Partial<T>): void {
    do this.encode(item, this.connection.claim());
    while (!this.connection.sender.commitData(this.stream, 0, 0, 0));
  }
}

/**
 * Tells the source of messages that nobody takes any more of them, so that whoever writes to it does not wait for ever. What
 * goes wrong with that is nobody's concern.
 */
export async function dismiss<T>(items: Items<T>): Promise<void> {
  try {
    if (Symbol.asyncIterator in items) await items[Symbol.asyncIterator]().return?.();
  } catch {}
}
