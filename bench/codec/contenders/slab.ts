/** Encoded values that lie one behind the other, as a link receives them. */
export interface Slab {
  readonly bytes: Uint8Array;
  /** Where each value ends; the next one begins there. */
  readonly ends: readonly number[];
}

/** Copies `parts` into one slab. */
export function slabOf(parts: readonly Uint8Array[]): Slab {
  let end = 0;
  const ends = parts.map((part) => (end += part.length));
  return { bytes: new Uint8Array(Buffer.concat(parts)), ends };
}
