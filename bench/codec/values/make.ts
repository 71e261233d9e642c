import type { Codec } from "millrace/codec";
import { seededRandom } from "../../random.js";
import type { Corpus } from "../corpus.js";

/** So many values of each row take turns, so that no branch or cache learns one of them by heart. */
const VALUES = 64;

/** Seeded draws for the fields of a message. */
export class Draw {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** A whole number in `[0, limit)`, as often small as large: its length on the wire varies. */
  spread(limit: number): number {
    return Math.floor(limit ** this.#random()) - 1;
  }

  /** A whole number in `[0, limit)`, each as likely. */
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** Whether something happens that does in `share` of all cases. */
  chance(share: number): boolean {
    return this.#random() < share;
  }

  /** A price with two decimals. */
  price(): number {
    return (1 + this.below(50_000)) / 100;
  }

  /** A number with all its digits. */
  real(): number {
    return (this.#random() - 0.5) * 1_000;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }

  /** From `min` to `max` items. */
  list<T>(min: number, max: number, item: (i: number) => T): T[] {
    return Array.from({ length: min + this.below(max - min + 1) }, (_, i) => item(i));
  }

  bytes(length: number): Uint8Array {
    return new Uint8Array(length).map(() => this.below(256));
  }

  /** An identifier of the year 2026: it takes more than 32 bits. */
  id(): bigint {
    return BigInt(this.below(1 << 20)) * 2_147_483_648n + BigInt(this.below(1 << 31));
  }

  /** Milliseconds since 1970-01-01 UTC, some time in 2026. */
  time(): number {
    return 1_767_225_600_000 + this.below(31_536_000_000);
  }

  /** From `min` to `max` English words. */
  sentence(min: number, max: number): string {
    return this.list(min, max, () => this.pick(WORDS)).join(" ");
  }
}

/** Words of many lengths, for text that people could have written. */
export const WORDS =
  "the mill runs when water comes down through a narrow channel and its gate holds back what is not wanted until noon".split(
    " ",
  );

/** A row: `make` gives the fields of each value. */
export function corpusOf<T extends object>(name: string, codec: Codec<T>, make: (draw: Draw) => Partial<T>): Corpus {
  const draw = new Draw(codec.id);
  return { name, codec, values: Array.from({ length: VALUES }, () => codec.create(make(draw))) };
}
