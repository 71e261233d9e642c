/** Chance that a seed decides: the same numbers in every run, on every machine (mulberry32 by Tommy Ettinger). */
export class Random {
  private state: number;

  /** @param seed any integer; its lower 32 bits count. */
  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A number from 0 up to, not including, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** `true` in a share of `probability` of all cases. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of `items`, which are not empty. */
  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)];
  }

  /** A source of its own, so that what one part draws does not change what another gets. */
  fork(): Random {
    return new Random(this.int(0, 0xffff_ffff));
  }
}
