import { Counters, Doubles, Integers, Labels } from "../../../schemas/gen/corpus.js";
import type { Corpus } from "../corpus.js";
import { corpusOf } from "./make.js";

const NUMBERS = 100;
const ENTRIES = 12;

/** Packed numbers, and maps. */
export const numbers: readonly Corpus[] = [
  corpusOf("packed sint32", Integers, (draw) => ({
    values: draw.list(NUMBERS, NUMBERS, () => draw.spread(1_000_000) - draw.spread(1_000_000)),
  })),
  corpusOf("packed double", Doubles, (draw) => ({ values: draw.list(NUMBERS, NUMBERS, () => draw.real()) })),
  corpusOf("map of strings", Labels, (draw) => ({
    labels: new Map(draw.list(ENTRIES, ENTRIES, (i) => [`label-${i * 100 + draw.below(100)}`, draw.sentence(1, 3)])),
  })),
  corpusOf("map of numbers", Counters, (draw) => ({
    counters: new Map(draw.list(ENTRIES, ENTRIES, () => [draw.spread(1_000_000), draw.real()])),
  })),
];
