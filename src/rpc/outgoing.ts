import type { Writer } from "../bytes/writer.js";
import * as Flag from "../frame/flag.js";
import type { Connection } from "../link/connection.js";
import type { Stream } from "../link/stream.js";
import type { Items } from "./service.js";

/** Sends the messages of one direction of a call, as fast as the receiver's credit and the socket allow. */
export class Outgoing<T> {
  private isStopped = false;
  private wake: (() => void) | undefined;

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
    for await (const item of items) {
      // While the item was made, others may have used up the room.
      while (this.mustWait) await this.room();
      if (this.isStopped) return;
      this.send(item);
      while (this.mustWait) await this.room();
      if (this.isStopped) return;
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

  /** Sends nothing more; the iterable is returned as soon as it yields. */
  stop(): void {
    this.isStopped = true;
    this.wake?.();
  }

  private get mustWait(): boolean {
    return !this.isStopped && (this.isHeld || this.connection.sender.isBlocked(this.stream));
  }

  /** Whether it is this stream alone that has to wait. */
  private get isHeld(): boolean {
    return this.stream.isQueued || this.stream.sending.credit <= 0;
  }

  private room(): Promise<void> {
    if (!this.isHeld) return this.connection.sender.changed();
    return new Promise((resolve) => (this.wake = resolve));
  }

  private send(item: Partial<T>): void {
    do this.encode(item, this.connection.claim());
    while (!this.connection.sender.commitData(this.stream, 0, 0, 0));
  }
}

/** Tells the source of messages that nobody will take them, so that whoever writes to it does not wait for ever. */
export function dismiss<T>(items: Items<T>): void {
  if (Symbol.asyncIterator in items)
    items[Symbol.asyncIterator]()
      .return?.()
      .catch(() => {});
}
