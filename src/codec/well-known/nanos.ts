/** A fraction of a second as its digits, `"5"`, in nanoseconds. */
export function nanosOf(fraction: string): number {
  return Number(fraction.padEnd(9, "0"));
}

/** Nanoseconds as the fraction of a second, with 0, 3, 6 or 9 digits: `".500"`. */
export function fractionOf(nanos: number): string {
  if (nanos === 0) return "";
  return `.${String(nanos)
    .padStart(9, "0")
    .replace(/(?:000){1,2}$/, "")}`;
}

/** Milliseconds as whole `seconds` and what is left of them. */
export function splitMs(ms: number, seconds: number): { seconds: bigint; nanos: number } {
  const nanos = Math.round((ms - seconds * 1000) * 1e6);
  if (Math.abs(nanos) < 1e9) return { seconds: BigInt(seconds), nanos };
  return { seconds: BigInt(seconds + Math.sign(nanos)), nanos: 0 };
}
