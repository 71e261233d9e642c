/** A part of the older version, and what it is now, if it is not gone. */
export interface Match<T> {
  readonly old: T;
  readonly now: T | undefined;
}

/** Finds parts by their names, and those whose names are gone by their numbers, which new names have now. */
export function match<T extends { readonly name: string }>(
  old: readonly T[],
  now: readonly T[],
  numberOf: (part: T) => number | bigint,
): Match<T>[] {
  const names = new Map(now.map((part) => [part.name, part]));
  const before = new Set(old.map(({ name }) => name));
  const renamed = now.filter(({ name }) => !before.has(name));
  const numbers = new Map(renamed.map((part) => [numberOf(part), part]));
  return old.map((part) => ({ old: part, now: names.get(part.name) ?? numbers.get(numberOf(part)) }));
}
