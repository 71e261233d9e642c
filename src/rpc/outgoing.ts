import type { Codec } from "../codec/codec.js";
import { Flag } from "../frame/header.js";
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
    private readonly codec: Codec<T>,
  ) {}

  /**
   * Sends all that `items` yields; resolves with whether it came to the end, and was not stopped before.
   * Rejects with what `items` throws and with what keeps a message from being sent.
   */
  async pump(items: Items<T>): Promise<boolean> {
    for await (const item of items) {
      while (!this.isStopped && this.mustWait) await this.room();
      if (this.isStopped) return false;
      this.send(item);
    }
    return !this.isStopped;
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
    return this.isHeld || this.connection.sender.isBlocked(this.stream);
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
    do this.codec.encode(item, this.connection.claim());
    while (!this.connection.sender.commitData(this.stream, 0, 0, 0));
  }
}
