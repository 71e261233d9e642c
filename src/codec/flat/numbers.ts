import type { FlatBytes } from "./bytes.js";
import { findFar } from "./get.js";

// Lists of numbers are typed arrays: the bytes are little-endian, as the machines are that JavaScript runs on.

/** A typed array as a class. */
export interface NumbersClass<A> {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): A;
  readonly BYTES_PER_ELEMENT: number;
}

/** A view of memory as numbers. */
export interface TypedArray extends ArrayBufferView {
  readonly length: number;
  set(from: this, at?: number): void;
}

/** The list of numbers of a table's field: a view of its bytes. */
export function getNumbers<A>(b: FlatBytes, at: number, entry: number, type: NumbersClass<A>): A | undefined {
  const place = findFar(b, at, entry);
  return place === 0 ? undefined : numbersAt(b, place + 4, b.view.getUint32(place, true), type);
}

/** `length` numbers that start at `at`: a view where they are aligned, else a copy. */
export function numbersAt<A>({ bytes, view }: FlatBytes, at: number, length: number, type: NumbersClass<A>): A {
  const offset = view.byteOffset + at;
  const size = type.BYTES_PER_ELEMENT;
  // Of a view V8 gives the buffer out faster than of a typed array.
  if ((offset & (size - 1)) === 0) return new type(view.buffer, offset, length);
  return new type(new Uint8Array(bytes.subarray(at, at + length * size)).buffer, 0, length);
}
