import type { FlatBytes, ReaderClass } from "./bytes.js";
import { getText } from "./text.js";

/** Things in a row: an array, or what a reader gives, which makes each item when it is asked for. */
export interface List<T> {
  readonly length: number;
  /** The item at `index`, counted from the end if negative; `undefined` where there is none. */
  at(index: number): T | undefined;
  [Symbol.iterator](): Iterator<T>;
}

/** A list that lies in received bytes. Like an array it prints and goes into JSON as its items. */
export abstract class FlatList<T> implements List<T> {
  /** `$at` is where the first item lies. */
  constructor(
    readonly $b: FlatBytes,
    readonly $at: number,
    readonly length: number,
  ) {}

  /** The item at `index`, which is in `[0, length)`. */
  abstract item(index: number): T;

  at(index: number): T | undefined {
    const i = index < 0 ? index + this.length : index;
    return i >= 0 && i < this.length ? this.item(Math.trunc(i)) : undefined;
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

class Items<T> implements Iterator<T> {
  private index = 0;

  constructor(private readonly list: FlatList<T>) {}

  next(): IteratorResult<T, undefined> {
    if (this.index < this.list.length) return { done: false, value: this.list.item(this.index++) };
    return { done: true, value: undefined };
  }
}

export class TextList extends FlatList<string> {
  item(index: number): string {
    return getText(this.$b, follow(this.$b, this.$at + 4 * index));
  }
}

export class BoolList extends FlatList<boolean> {
  item(index: number): boolean {
    return this.$b.bytes[this.$at + index] !== 0;
  }
}

export class TableList<T> extends FlatList<T> {
  constructor(
    b: FlatBytes,
    at: number,
    length: number,
    private readonly $type: ReaderClass<T>,
  ) {
    super(b, at, length);
  }

  item(index: number): T {
    return new this.$type(this.$b, follow(this.$b, this.$at + 4 * index));
  }
}

/** Structs that lie one behind the other, `$size` bytes each. */
export class StructList<T> extends FlatList<T> {
  constructor(
    b: FlatBytes,
    at: number,
    length: number,
    private readonly $type: ReaderClass<T>,
    private readonly $size: number,
  ) {
    super(b, at, length);
  }

  item(index: number): T {
    return new this.$type(this.$b, this.$at + this.$size * index);
  }
}

/** Makes a member of a union of its number and its place; of a number that the schema does not know, `undefined`. */
export type ReadUnion<T> = (b: FlatBytes, number: number, at: number) => T | undefined;

/** `$types` is where the numbers of the members lie. */
export class UnionList<T> extends FlatList<T | undefined> {
  constructor(
    b: FlatBytes,
    at: number,
    length: number,
    private readonly $types: number,
    private readonly $read: ReadUnion<T>,
  ) {
    super(b, at, length);
  }

  item(index: number): T | undefined {
    return this.$read(this.$b, this.$b.bytes[this.$types + index], follow(this.$b, this.$at + 4 * index));
  }
}

/** Where the offset at `at` leads. */
export function follow(b: FlatBytes, at: number): number {
  return at + b.view.getUint32(at, true);
}
