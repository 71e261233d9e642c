/**
 * Whether a schema's path can be joined to any folder and still lies below it, on every system, can stand in a comment and in
 * a string of TypeScript as it is, and gives a file that can be imported: no URL ends early in it, and it declares not only types.
 */
export function isPlainPath(path: string): boolean {
  return !/["'`\\:#?%]|\.d\.\w+$|[\p{Cc}\p{Zl}\p{Zp}]|(^|\/)\.{0,2}(\/|$)/u.test(path);
}
