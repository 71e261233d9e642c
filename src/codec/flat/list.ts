import type { FlatBytes, Read } from "./bytes.js";

/** Things in a row: an array, or what a reader gives, which makes each item when it is asked for. */
export interface List<T> {
  readonly length: number;
  /** The item at `index`, counted from the end if negative; `undefined` where there is none. */
  at(index: number): T | undefined;
  [Symbol.iterator](): Iterator<T>;
}

/** Whether `list` is an array. */
export function isArray<T>(list: List<T>): list is readonly T[] {
  return Array.isArray(list);
}

/** A list that lies in received bytes. Like an array it prints and goes into JSON as its items. */
export class FlatList<T> implements List<T> {
  /** `$at` is where the first item lies, or the first offset where `$isFar`; each takes `$size` bytes. */
  constructor(
    readonly $b: FlatBytes,
    readonly $at: number,
    readonly length: number,
    readonly $size: number,
    readonly $isFar: boolean,
    readonly $read: Read<T>,
  ) {}

  at(index: number): T | undefined {
    const i = index < 0 ? index + this.length : index;
    return i >= 0 && i < this.length ? itemOf(this, i | 0) : undefined;
  }

  [Symbol.iterator](): Iterator<T> {
    return new Items(this);
  }

  toJSON(): T[] {
    return Array.from(this);
  }

  /** What Node.js shows in `console.log`. */
  [Symbol.for("nodejs.util.inspect.custom")](): T[] {
    return this.toJSON();
  }
}

/** The item at `index`, which is in `[0, list.length)`. */
function itemOf<T>({ $b, $at, $size, $isFar, $read }: FlatList<T>, index: number): T {
  const at = $at + $size * index;
  return $read($b, $isFar ? follow($b, at) : at);
}

class Items<T> implements Iterator<T> {
  private index = 0;

  constructor(private readonly list: FlatList<T>) {}

  next(): IteratorResult<T, undefined> {
    const { list, index } = this;
    if (index >= list.length) return { done: true, value: undefined };
    this.index = index + 1;
    return { done: false, value: itemOf(list, index) };
  }
}

export function getBoolAt({ bytes }: FlatBytes, at: number): boolean {
  return bytes[at] !== 0;
}

/** Makes a member of a union of its number and its place; of a number that the schema does not know, `undefined`. */
export type ReadUnion<T> = (b: FlatBytes, number: number, at: number) => T | undefined;

/** A list of unions: the numbers of their members start at `types`, what they lead to at `at`. */
export function unionList<T>(
  b: FlatBytes,
  types: number,
  at: number,
  length: number,
  read: ReadUnion<T>,
): List<T | undefined> {
  const item = (_: FlatBytes, place: number): T | undefined => {
    return read(b, b.bytes[types + (place - at) / 4], follow(b, place));
  };
  return new FlatList(b, at, length, 4, false, item);
}

/** Where the offset at `at` leads. */
export function follow(b: FlatBytes, at: number): number {
  return at + b.view.getUint32(at, true);
}
