import type { Codec } from "../codec/codec.js";
import type { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import type { Connection } from "../link/connection.js";
import type { Stream as LinkStream } from "../link/stream.js";
import { atCaller } from "./caller-stack.js";
import type { Stream } from "./service.js";

type Waiter<T> = (result: IteratorResult<T> | Promise<never>) => void;

/**
 * The messages of one direction of a call, as its receiver iterates over them. Consuming grants the sender credit, so
 * that never more than one window (and the message that overdraws it) waits here.
 *
 * ```
 *   |~~ consumed ~~|== waits here ==|
 *                  head             items.length
 * ```
 */
export class Incoming<T> implements Stream<T> {
  private items: T[] = [];
  private head = 0;
  /** Bytes on the wire of all that waits; one by one, each item gives back an equal share. */
  private waitingBytes = 0;
  private readonly waiters: Waiter<T>[] = [];
  private wakeBatch: (() => void) | undefined;
  private isOver = false;
  private error: MillraceError | undefined;

  /** @param abandoned called when the receiver stops iterating before the end. */
  constructor(
    private readonly connection: Connection,
    private readonly stream: LinkStream,
    private readonly codec: Codec<T>,
    private readonly abandoned: () => void,
  ) {
    connection.intake.limit(stream);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T>> {
    if (this.head < this.items.length) return Promise.resolve({ done: false, value: this.shift() });
    if (this.error) return this.throws(this.error);
    if (this.isOver) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** Stops receiving; what waits is dropped. */
  return(): Promise<IteratorResult<T>> {
    if (!this.isOver) {
      this.end();
      this.abandoned();
    }
    this.takeAll();
    this.error = undefined;
    return Promise.resolve({ done: true, value: undefined });
  }

  async *batches(): AsyncGenerator<T[], void, undefined> {
    try {
      while (await this.hasSome()) yield this.takeAll();
    } finally {
      await this.return();
    }
  }

  /** Takes in the message of a DATA frame. Throws when its bytes are malformed. */
  receive(frame: Frame): void {
    const bytes = frame.wireBytes;
    if (this.isOver) return this.consumed(bytes);
    const value = this.codec.decode(frame.reader);
    if (this.waiters.length > 0) {
      this.consumed(bytes);
      return this.waiters.shift()!({ done: false, value });
    }
    this.items.push(value);
    this.waitingBytes += bytes;
    this.connection.intake.buffered(bytes);
    if (this.wakeBatch) this.wake();
  }

  /** Ends the iteration after what waits; with an error, which is thrown once. */
  end(error?: MillraceError): void {
    if (this.isOver) return;
    this.isOver = true;
    this.error = error;
    for (const waiter of this.waiters.splice(0)) {
      waiter(this.error ? this.throws(this.error) : { done: true, value: undefined });
    }
    this.wake();
  }

  private wake(): void {
    this.wakeBatch?.();
    this.wakeBatch = undefined;
  }

  private async hasSome(): Promise<boolean> {
    if (this.head === this.items.length && !this.isOver)
      await new Promise<void>((resolve) => (this.wakeBatch = resolve));
    if (this.head < this.items.length) return true;
    if (this.error) await this.throws(this.error);
    return false;
  }

  private shift(): T {
    const value = this.items[this.head];
    const bytes = Math.ceil(this.waitingBytes / (this.items.length - this.head));
    this.head++;
    if (this.head === this.items.length) this.clear();
    this.unbuffer(bytes);
    return value;
  }

  private takeAll(): T[] {
    const all = this.head === 0 ? this.items : this.items.slice(this.head);
    this.clear();
    this.unbuffer(this.waitingBytes);
    return all;
  }

  private clear(): void {
    this.items = [];
    this.head = 0;
  }

  private unbuffer(bytes: number): void {
    this.waitingBytes -= bytes;
    this.connection.intake.buffered(-bytes);
    this.consumed(bytes);
  }

  private consumed(bytes: number): void {
    this.connection.intake.consumed(this.stream, bytes);
  }

  /** An iterator throws once and is done then. */
  private throws(error: MillraceError): Promise<never> {
    this.error = undefined;
    return atCaller(error);
  }
}
