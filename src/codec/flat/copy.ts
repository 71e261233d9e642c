import type { List } from "./list.js";

// What plain objects are made of: copies that own what they hold.

/** An array of the items of `list`. */
export function copyList<T>(list: List<T>): T[];
export function copyList<T>(list: List<T> | undefined): T[] | undefined;
export function copyList<T>(list: List<T> | undefined): T[] | undefined {
  return list === undefined ? undefined : Array.from(list);
}

/** An array of the items of `list`, each made by `copy`. */
export function copyEach<T>(list: List<T>, copy: (item: T) => T): T[];
export function copyEach<T>(list: List<T> | undefined, copy: (item: T) => T): T[] | undefined;
export function copyEach<T>(list: List<T> | undefined, copy: (item: T) => T): T[] | undefined {
  return list === undefined ? undefined : Array.from(list, (item) => copy(item));
}

/** What `copy` makes of `value`, if there is one. */
export function copyOne<T>(value: T | undefined, copy: (value: T) => T): T | undefined {
  return value === undefined ? undefined : copy(value);
}

/** A typed array of the numbers of `list`. */
export function copyNumbers<T, A>(list: List<T>, type: new (list: Iterable<T>) => A): A;
export function copyNumbers<T, A>(list: List<T> | undefined, type: new (list: Iterable<T>) => A): A | undefined;
export function copyNumbers<T, A>(list: List<T> | undefined, type: new (list: Iterable<T>) => A): A | undefined {
  return list === undefined ? undefined : new type({ [Symbol.iterator]: () => list[Symbol.iterator]() });
}
