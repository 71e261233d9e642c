import type { Reader } from "../bytes/reader.js";
import { MillraceError } from "../error.js";
import { charge } from "./budget.js";
import { HIGH, LOW, setBig, words } from "./words.js";

// V8 hashes numbers without a secret, so that keys can be chosen to lie in one bucket of a `Map`, where each is compared
// with all before it: 32,000 of them, in 300 kB, take seconds. Maps of numbers are therefore watched once they are large.

/** Of maps below this size even the worst takes less than a millisecond. */
const LEAST_WATCHED = 1024;

/** What keys are sorted into by their hashes: buckets of a larger map have fewer keys, those of a smaller one more. */
const CELLS = 4096;

/** How many keys more than in the mean a cell may have, and how many times the mean: by chance no cell ever has so many. */
const MOST_ABOVE = 48;
const MOST_TIMES = 4;

/** Puts an entry, which takes `bytes` of heap, into a map whose keys are numbers. Throws `resource_exhausted` when its keys crowd. */
export function putNumbered<K extends number | bigint, V>(
  r: Reader,
  bytes: number,
  map: Map<K, V>,
  key: K,
  value: V,
): Map<K, V> {
  charge(r, bytes, map);
  if (map.size >= LEAST_WATCHED) watch((r.crowds ??= new Map()), map, key);
  return map.set(key, value);
}

/** Counts a key that a map is about to get. Throws `resource_exhausted` when its keys crowd. */
export function watch(
  crowds: Map<object, Uint32Array>,
  map: ReadonlyMap<unknown, unknown>,
  key: number | bigint,
): void {
  if (map.size < LEAST_WATCHED) return;
  const counts = crowds.get(map) ?? new Uint32Array(CELLS);
  crowds.set(map, counts);
  const count = ++counts[hash(key) & (CELLS - 1)];
  if (count > MOST_ABOVE + (MOST_TIMES * map.size) / CELLS && !map.has(key)) {
    throw new MillraceError(
      "resource_exhausted",
      "too many keys of a map have hashes that are alike, as if they had been chosen to; use text as keys",
    );
  }
}

const double = /* @__PURE__ */ new Float64Array(words.buffer);

/** The hash by which V8 finds a number in a `Map`: `ComputeUnseededHash` and `ComputeLongHash` of its src/numbers/hash-seed-inl.h. */
function hash(key: number | bigint): number {
  if (typeof key === "bigint") setBig(key < 0n ? -key : key);
  else if ((key | 0) === key) return hash32(key);
  else double[0] = key;
  return hash64(words[LOW], words[HIGH]);
}

function hash32(key: number): number {
  let h = (~key + (key << 15)) | 0;
  h ^= h >>> 12;
  h = (h + (h << 2)) | 0;
  h ^= h >>> 4;
  h = Math.imul(h, 2057);
  return h ^ (h >>> 16);
}

/** In two words, of which each sum hands its carry up. */
function hash64(low: number, high: number): number {
  let sum = (~low >>> 0) + ((low << 18) >>> 0);
  high = (~high + ((high << 18) | (low >>> 14)) + (sum > 0xffffffff ? 1 : 0)) | 0;
  low = sum | 0;
  low ^= (high << 1) | (low >>> 31);
  high ^= high >>> 31;
  sum = (low >>> 0) * 21;
  high = (Math.imul(high, 21) + Math.floor(sum / 0x1_0000_0000)) | 0;
  low = sum | 0;
  low ^= (low >>> 11) | (high << 21);
  high ^= high >>> 11;
  sum = (low >>> 0) + ((low << 6) >>> 0);
  high = (high + ((high << 6) | (low >>> 26)) + (sum > 0xffffffff ? 1 : 0)) | 0;
  low = sum | 0;
  return low ^ ((low >>> 22) | (high << 10));
}
