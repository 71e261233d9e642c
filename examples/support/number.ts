/** A whole number in groups of three: `1,234,567`. */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A number with about three digits that matter: `1,234,567`, `42.1`, `0.37`, `0`. */
export function short(value: number): string {
  if (value === 0) return "0";
  if (Math.abs(value) >= 100) return grouped(value);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
