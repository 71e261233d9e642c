import type { Row } from "../rows.js";

/** The values of a row as plain objects without 64-bit integers and typed arrays. */
export function plainOf(row: Row): object[] {
  return row.values.map((value) => {
    const text = JSON.stringify(value, (_, inner: unknown) => {
      if (typeof inner === "bigint") return Number(inner);
      return ArrayBuffer.isView(inner) ? numbersOf(inner) : inner;
    });
    const plain: object = JSON.parse(text);
    return plain;
  });
}

function numbersOf(view: ArrayBufferView): number[] {
  return view instanceof Float64Array || view instanceof Uint8Array ? Array.from(view) : [];
}

/** What any decoded value of a row has. */
interface Decoded {
  readonly bid: number;
  readonly entries: readonly { readonly mode: number }[];
  readonly values: readonly number[];
}

/** Reads the one field that is measured. */
export function oneOf({ kind }: Row): (value: Decoded) => number {
  if (kind === "quote") return ({ bid }) => bid;
  if (kind === "directory") return ({ entries }) => entries[entries.length - 1].mode;
  return ({ values }) => values[values.length - 1];
}
