import { seededRandom } from "../../bench/random.js";

/** Chance that comes out the same for the same seed. */
export class Dice {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** A whole number from 0 to below `most`. */
  below(most: number): number {
    return Math.floor(this.random() * most);
  }

  /** Whether one in `count` comes up. */
  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}
