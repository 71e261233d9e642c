/** Calls `both` with what has one full name in both versions. */
export function pairs<S, T extends { readonly fullName: string }>(
  old: readonly S[],
  now: readonly S[],
  partsOf: (schema: S) => readonly T[],
  both: (old: T, now: T) => void,
): void {
  const parts = new Map(now.flatMap(partsOf).map((part) => [part.fullName, part]));
  for (const part of old.flatMap(partsOf)) {
    const other = parts.get(part.fullName);
    if (other !== undefined) both(part, other);
  }
}
