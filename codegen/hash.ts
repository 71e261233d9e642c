/** The 32-bit FNV-1a hash of `text` as UTF-8: the ids of types and methods on the wire. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** An id as generated code writes it. */
export function idOf(name: string): string {
  return `0x${fnv1a(name).toString(16).padStart(8, "0")}`;
}
