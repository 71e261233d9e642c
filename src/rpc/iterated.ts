import type { Stream } from "./service.js";

/** Any iterable as a stream; what interceptors yield. */
export class Iterated<T> implements Stream<T> {
  private readonly iterator: AsyncIterator<object>;
  private first: Promise<IteratorResult<T>> | undefined;

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

  next(): Promise<IteratorResult<T>> {
    const first = this.first;
    this.first = undefined;
    return first ?? (this.iterator.next() as Promise<IteratorResult<T>>);
  }

  /** Does not wait for the iterable, which may be held up by something else. */
  return(): Promise<IteratorResult<T>> {
    this.leave();
    this.first = undefined;
    this.iterator.return?.().catch(() => {});
    return Promise.resolve({ done: true, value: undefined });
  }

  async *batches(): AsyncGenerator<T[], void, undefined> {
    for await (const item of this) yield [item];
  }
}
