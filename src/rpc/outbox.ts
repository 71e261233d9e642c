import { MillraceError } from "../error.js";

type Taker<T> = (result: IteratorResult<Partial<T>>) => void;

/**
 * A stream that is written to rather than generated: give it wherever messages are streamed, to a call or as a
 * handler's answer. `write` resolves when the message was taken, that is, when the receiver had credit for it.
 *
 * ```ts
 * const numbers = new Outbox<Number>();
 * const sum = adder.add(numbers);
 * await numbers.write({ value: 1 });
 * numbers.end();
 * await sum;
 * ```
 */
export class Outbox<T> implements AsyncIterableIterator<Partial<T>> {
  private readonly items: { item: Partial<T>; taken: () => void; dropped: (error: MillraceError) => void }[] = [];
  private readonly takers: Taker<T>[] = [];
  private isEnded = false;

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Resolves when `item` was taken. Rejects with `cancelled` when nobody takes anything any more. */
  write(item: Partial<T>): Promise<void> {
    if (this.isEnded) return Promise.reject(ended());
    const taker = this.takers.shift();
    if (taker) {
      taker({ done: false, value: item });
      return Promise.resolve();
    }
    return new Promise((taken, dropped) => this.items.push({ item, taken, dropped }));
  }

  /** Nothing comes after what was written. */
  end(): void {
    this.isEnded = true;
    for (const taker of this.takers.splice(0)) taker({ done: true, value: undefined });
  }

  /** Called by whoever takes the messages. */
  next(): Promise<IteratorResult<Partial<T>>> {
    const first = this.items.shift();
    if (first) {
      first.taken();
      return Promise.resolve({ done: false, value: first.item });
    }
    if (this.isEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((taker) => this.takers.push(taker));
  }

  /** Called by whoever takes the messages, to take no more. */
  return(): Promise<IteratorResult<Partial<T>>> {
    this.end();
    for (const { dropped } of this.items.splice(0)) dropped(ended());
    return Promise.resolve({ done: true, value: undefined });
  }
}

function ended(): MillraceError {
  return new MillraceError("cancelled", "the stream has ended, so that this message goes nowhere");
}
