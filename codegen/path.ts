/**
 * Whether a schema's path can be joined to any folder and still lies below it, on every system, and can stand in a
 * comment and in a string of TypeScript as it is.
 */
export function isPlainPath(path: string): boolean {
  return !/["'`\\:]|[\p{Cc}\p{Zl}\p{Zp}]|(^|\/)\.{0,2}(\/|$)/u.test(path);
}
