/** A stream of values to whoever iterates over it, of which only the newest counts: one that was not taken is replaced. */
export class Newest<T> implements AsyncIterableIterator<T> {
  #value: T | undefined;
  #taker: ((result: IteratorResult<T>) => void) | undefined;
  #isEnded = false;

  [Symbol.asyncIterator](): this {
    return this;
  }

  set(value: T): void {
    this.#value = value;
    this.#serve();
  }

  /** Nothing comes any more. */
  end(): void {
    this.#isEnded = true;
    this.#serve();
  }

  next(): Promise<IteratorResult<T>> {
    return new Promise((taker) => {
      this.#taker = taker;
      this.#serve();
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  #serve(): void {
    if (!this.#taker) return;
    if (this.#value !== undefined) this.#taker({ done: false, value: this.#value });
    else if (this.#isEnded) this.#taker({ done: true, value: undefined });
    else return;
    this.#value = this.#taker = undefined;
  }
}
