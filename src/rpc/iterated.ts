import type { Stream } from "./service.js";

/**
 * Leaves a source of messages; what goes wrong with that is nobody's concern. Not that of `outgoing.ts`: a bundler puts what this
 * file shares with those that a page loads first into one more file, which the page has to load first, too.
 */
export async function dismiss(items: AsyncIterable<object>): Promise<void> {
  try {
    await items[Symbol.asyncIterator]().return?.();
  } catch {}
}

/** Any iterable as a stream; what interceptors yield. */
export class Iterated<T> implements Stream<T> {
  private readonly iterator: AsyncIterator<object>;
  private first: Promise<IteratorResult<T>> | undefined;
  private isLeft = false;

  /** @param leave called when the reader stops, even while an item is being waited for. */
  constructor(
    items: AsyncIterable<object>,
    private readonly leave: () => void = () => {},
  ) {
    this.iterator = items[Symbol.asyncIterator]();
  }

  /** Asks for the first item now: a call begins when it is made, not when its answers are read. */
  start(): this {
    this.first = this.next();
    this.first.catch(() => {});
    return this;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** What the iterable throws because it was left is nobody's concern. */
  async next(): Promise<IteratorResult<T>> {
    const first = this.first;
    this.first = undefined;
    try {
      return await (first ?? (this.iterator.next() as Promise<IteratorResult<T>>));
    } catch (error) {
      if (this.isLeft) return { done: true, value: undefined };
      throw error;
    }
  }

  /** Does not wait for the iterable, which may be held up by something else. */
  return(): Promise<IteratorResult<T>> {
    this.isLeft = true;
    this.leave();
    this.first = undefined;
    void dismiss({ [Symbol.asyncIterator]: () => this.iterator });
    return Promise.resolve({ done: true, value: undefined });
  }

  async *batches(): AsyncGenerator<T[], void, undefined> {
    for await (const item of this) yield [item];
  }
}
