import { setBudget } from "../codec/budget.js";
import type { Codec } from "../codec/codec.js";
import type { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import type { Connection } from "../link/connection.js";
import type { Stream as LinkStream } from "../link/stream.js";
import { atCaller } from "./caller-stack.js";
import { Held } from "./held.js";
import { canLend, decodeLent, type Loan } from "./loan.js";
import type { Stream } from "./service.js";

/** What an item that waits takes in memory beside what its codec counts. */
const ITEM_BYTES = 64;

type Waiter<T> = (result: IteratorResult<T> | Promise<IteratorResult<T>>) => void;

/**
 * The messages of one direction of a call, as its receiver iterates over them. Consuming grants the sender credit, so
 * that never more than one window (and the message that overdraws it) waits here. The credit of a message with borrowed
 * bytes comes back when these do: with the next `next()`, or when who retained them lets go.
 *
 * ```
 *   |~~ consumed ~~|== waits here ==|
 *                  head             items.length
 * ```
 */
export class Incoming<T> implements Stream<T> {
  private items: T[] = [];
  private head = 0;
  /** At the place of each of `items` that has one, its loan. */
  private loans: (Loan | undefined)[] = [];
  protected readonly held: Held;
  /** Bytes on the wire of all that waits; one by one, each item gives back an equal share, as of what they take in memory. */
  private waitingBytes = 0;
  private heapBytes = 0;
  protected readonly waiters: Waiter<T>[] = [];
  private isOver = false;
  private error: MillraceError | undefined;
  /** What comes instead, when the call is made once more. */
  private successor: Stream<T> | undefined;

  /**
   * @param isLending whether `bytes` may be borrowed; else they are the receiver's own.
   * @param abandoned called when the receiver stops iterating before the end.
   */
  constructor(
    private readonly connection: Connection,
    stream: LinkStream,
    private readonly codec: Codec<T>,
    private readonly isLending: boolean,
    private readonly abandoned: () => void,
  ) {
    connection.intake.limit(stream);
    this.held = new Held(connection, stream);
  }

  /** The loans of what was handed out last. */
  get lent(): readonly Loan[] {
    return this.held.lent;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T>> {
    this.held.giveBack();
    this.asked();
    if (this.head < this.items.length) return Promise.resolve({ done: false, value: this.shift() });
    if (this.error) return this.throws(this.error);
    if (this.successor) return this.successor.next();
    if (this.isOver) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** Stops receiving; what waits is dropped. */
  return(): Promise<IteratorResult<T>> {
    this.held.giveBack();
    if (!this.isOver) {
      this.end();
      this.abandoned();
    }
    this.held.consumed(this.discard());
    this.error = undefined;
    if (this.successor?.return) return this.successor.return();
    return Promise.resolve({ done: true, value: undefined });
  }

  async *batches(): AsyncGenerator<T[], void, undefined> {
    try {
      while (!this.successor) {
        const first = await this.next();
        if (first.done) return;
        const all = this.takeAll();
        all.unshift(first.value);
        yield all;
      }
      yield* this.successor.batches();
    } finally {
      await this.return();
    }
  }

  /** Takes in the message of a DATA frame. Throws when its bytes are malformed. */
  receive(frame: Frame): void {
    const bytes = frame.wireBytes;
    if (this.isOver) return this.held.consumed(bytes);
    const { runtime } = this.connection;
    const { reader } = frame;
    setBudget(reader);
    const { budget } = reader;
    if (!this.isLending || !canLend(frame, runtime)) {
      return this.add(this.codec.decode(reader), undefined, bytes, budget - reader.budget);
    }
    const { message, loan } = decodeLent(this.codec, frame, runtime);
    this.add(message, loan, bytes, budget - reader.budget);
  }

  /** Ends the iteration after what waits; with an error, which is thrown once. */
  end(error?: MillraceError): void {
    if (this.isOver) return;
    this.isOver = true;
    this.error = error;
    for (const waiter of this.waiters.splice(0)) {
      waiter(this.error ? this.throws(this.error) : { done: true, value: undefined });
    }
  }

  /** Ends the iteration of which nothing has come; what is asked for comes of `successor`. */
  follow(successor: Stream<T>): void {
    this.isOver = true;
    this.successor = successor;
    for (const waiter of this.waiters.splice(0)) waiter(successor.next());
  }

  /**
   * Ends a call that is cut off on this side: what waits is dropped, and what the receiver has now is never lent again, for
   * it may go on reading that.
   */
  drop(error: MillraceError): void {
    this.held.abandon();
    const isCutShort = this.discard() > 0;
    this.end(error);
    // The sender may have ended the stream before: its receiver must not take what it got for all there was.
    if (isCutShort) this.error = error;
  }

  /** The receiver is done with what it has, and wants more. */
  protected asked(): void {}

  /** So many messages more are handed out. */
  protected taken(_count: number): void {}

  private add(value: T, loan: Loan | undefined, bytes: number, countedBytes: number): void {
    if (this.waiters.length > 0) {
      this.held.take(loan, bytes);
      this.taken(1);
      return this.waiters.shift()!({ done: false, value });
    }
    if (loan) this.loans[this.items.length] = loan;
    this.items.push(value);
    const heapBytes = countedBytes + ITEM_BYTES;
    this.waitingBytes += bytes;
    this.heapBytes += heapBytes;
    this.connection.intake.buffered(bytes + heapBytes);
  }

  private shift(): T {
    const at = this.head++;
    const value = this.items[at];
    const loan = at < this.loans.length ? this.loans[at] : undefined;
    const left = this.items.length - at;
    const bytes = Math.ceil(this.waitingBytes / left);
    if (left === 1) this.clear();
    this.unbuffer(bytes, Math.ceil(this.heapBytes / left));
    this.held.take(loan, bytes);
    this.taken(1);
    return value;
  }

  private takeAll(): T[] {
    const { loans, head } = this;
    const all = head === 0 ? this.items : this.items.slice(head);
    let bytes = this.waitingBytes;
    const share = Math.floor(bytes / all.length);
    this.clear();
    this.unbuffer(bytes);
    for (let i = head; i < loans.length; i++) {
      if (!loans[i]) continue;
      this.held.take(loans[i], share);
      bytes -= share;
    }
    this.held.consumed(bytes);
    this.taken(all.length);
    return all;
  }

  /** Drops what waits, and returns how many bytes on the wire that was. */
  private discard(): number {
    const bytes = this.waitingBytes;
    for (let i = this.head; i < this.loans.length; i++) this.loans[i]?.release();
    this.clear();
    this.unbuffer(bytes);
    return bytes;
  }

  private clear(): void {
    this.items = [];
    if (this.loans.length > 0) this.loans = [];
    this.head = 0;
  }

  private unbuffer(bytes: number, heapBytes = this.heapBytes): void {
    this.waitingBytes -= bytes;
    this.heapBytes -= heapBytes;
    this.connection.intake.buffered(-bytes - heapBytes);
  }

  /** An iterator throws once and is done then. */
  private throws(error: MillraceError): Promise<never> {
    this.error = undefined;
    return atCaller(error);
  }
}
