/** Bytes of FlatBuffers, and how they are read. They do not change while somebody reads them. */
export class FlatBytes {
  constructor(
    readonly bytes: Uint8Array,
    /** The same memory as `bytes`. */
    readonly view: DataView,
    /** The buffer is `[start, end)` of `bytes`. */
    readonly start: number,
    readonly end: number,
  ) {}

  /** Where the root table lies. */
  get root(): number {
    return this.start + this.view.getUint32(this.start, true);
  }
}

/** Makes the reader of a table or struct at a place. */
export type Read<T> = (b: FlatBytes, at: number) => T;

/**
 * What every generated reader is: a table or struct that lies in bytes, whose fields are getters. It prints, and goes into
 * JSON, as the plain object that `toJSON` makes. Getters are inherited, so `{ ...reader }` is empty.
 */
export abstract class FlatReader {
  // Each class has these of its own: a constructor here would see the shapes of all, and V8 gives up on more than four.
  // No field of a schema has a `$` in its name.
  abstract readonly $b: FlatBytes;
  abstract readonly $at: number;

  /** A plain object with all fields, which owns all it holds. */
  abstract toJSON(): object;

  /** What Node.js shows in `console.log`. */
  [Symbol.for("nodejs.util.inspect.custom")](): object {
    return this.toJSON();
  }
}
