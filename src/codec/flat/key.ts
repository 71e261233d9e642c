import type { List } from "./list.js";

// Lists of tables or structs with a key are sorted by it.

/** Less than 0 where `a` comes first. */
type Compare<K> = (a: K, b: K) => number;

export function compareNumbers<K extends number | bigint>(a: K, b: K): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function compareBools(a: boolean, b: boolean): number {
  return Number(a) - Number(b);
}

/** In the order of their bytes as UTF-8, in which UTF-16's surrogates come last. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** Item by item; where one list ends, it comes first. */
export function compareLists<K>(compare: Compare<K>): Compare<List<K>> {
  return (a, b) => {
    for (let i = 0; ; i++) {
      const [x, y] = [a.at(i), b.at(i)];
      if (x === undefined || y === undefined) return a.length - b.length;
      const order = compare(x, y);
      if (order !== 0) return order;
    }
  };
}

/** By one of their fields. */
export function compareBy<T, K>(fieldOf: (item: T) => K, compare: Compare<K>): Compare<T> {
  return (a, b) => compare(fieldOf(a), fieldOf(b));
}

/** By the first of `compares` that tells them apart. */
export function inTurn<T>(...compares: readonly Compare<T>[]): Compare<T> {
  return (a, b) => {
    for (const compare of compares) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** The items of `list` in the order of their keys; `list` stays as it is. */
export function sorted<T, K>(
  list: List<T> | undefined,
  keyOf: (item: T) => K,
  compare: Compare<K>,
): readonly T[] | undefined {
  return list === undefined ? undefined : Array.from(list).sort((a, b) => compare(keyOf(a), keyOf(b)));
}

/** The item with this key in a sorted list, found in as many steps as its length has bits. */
export function findByKey<T, K>(
  list: List<T> | undefined,
  key: K,
  keyOf: (item: T) => K,
  compare: Compare<K>,
): T | undefined {
  let low = 0;
  let high = list?.length ?? 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = list?.at(middle);
    if (item === undefined) return undefined;
    const order = compare(keyOf(item), key);
    if (order === 0) return item;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return undefined;
}
