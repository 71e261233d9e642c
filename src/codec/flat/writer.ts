import type { Writer } from "../../bytes/writer.js";
import type { NumbersClass, TypedArray } from "./numbers.js";
import { VTables } from "./vtables.js";

/** How deep tables may nest, the root counted: what verifiers take by default. */
export const MAX_DEPTH = 64;

/** Memory of a writer's own that it keeps for the next message that does not fit. */
const MAX_KEPT_BYTES = 1024 * 1024;

/**
 * Writes one buffer from its front to its back: a table's fields, its vtable, then what its fields lead to. Offsets to these
 * point ahead, as they must; the one from a table to its vtable is signed.
 *
 * Room is made before anything is written: where the page may end too early, the buffer goes on in memory of the writer's
 * own, at the same indexes, and comes back if it did fit. So `pos` says at the end how large a page it needs, as `Writer`'s does.
 */
export class FlatWriter {
  bytes: Uint8Array;
  view: DataView;
  pos: number;
  /** Where the buffer starts: what is aligned is so from here. */
  base: number;
  /** How many tables are open. */
  depth = 1;
  /** Where the offsets stand that lead to each shared text; the texts come last, since offsets point ahead only. */
  shared: Map<string, number[]> | undefined = undefined;
  readonly vtables = new VTables();
  /** All of the page's memory, as the numbers that were copied last. */
  private page: TypedArray | undefined = undefined;
  private own: Uint8Array = new Uint8Array(0);
  /** The page's size; what ends behind it will be written once more, into a larger page. */
  private limit: number;

  constructor({ bytes, view, pos }: Writer) {
    this.bytes = bytes;
    this.view = view;
    this.pos = pos;
    this.base = pos;
    this.limit = bytes.length;
  }

  /** Starts a buffer where `writer` is. */
  begin({ bytes, view, pos }: Writer): void {
    this.bytes = bytes;
    this.view = view;
    this.pos = pos;
    this.base = pos;
    this.limit = bytes.length;
    this.depth = 1;
    this.vtables.count = 0;
    this.shared = undefined;
  }

  /** Moves `writer` behind the buffer. */
  end(writer: Writer): void {
    writer.pos = this.pos;
    if (this.bytes === writer.bytes) return;
    if (writer.fits) writer.bytes.set(this.bytes.subarray(this.base, this.pos), this.base);
    this.own = this.bytes.length <= MAX_KEPT_BYTES ? this.bytes : new Uint8Array(0);
  }

  /** Whether bytes that end at `end` are still of use: they may be on the page. */
  matters(end: number): boolean {
    return end <= this.limit;
  }

  /** Copies numbers to `at`, where they are aligned, by a view of the page: that takes less time than one of the numbers' bytes. */
  copy<A extends TypedArray>(at: number, numbers: A, type: NumbersClass<A>): void {
    const { buffer, byteOffset } = this.view;
    const size = type.BYTES_PER_ELEMENT;
    const place = byteOffset + at;
    if ((place & (size - 1)) !== 0) {
      this.bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), at);
      return;
    }
    const known = this.page;
    if (known instanceof type && known.buffer === buffer) known.set(numbers, place / size);
    else {
      const page = new type(buffer, 0, Math.floor(buffer.byteLength / size));
      page.set(numbers, place / size);
      this.page = page;
    }
  }

  /** Goes on in memory with room for `size` more bytes. */
  grow(size: number): void {
    const least = this.pos + size;
    const larger = this.own.length < least ? new Uint8Array(Math.max(2 * least, 4096)) : this.own;
    larger.set(this.bytes.subarray(this.base, this.pos), this.base);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

/** Makes room for `size` bytes. */
export function reserve(w: FlatWriter, size: number): void {
  if (w.pos + size > w.bytes.length) w.grow(size);
}

/**
 * Starts a table that has at most `slots` fields, and none that is aligned to more than `alignment` bytes, at least 4. It takes
 * `size` bytes with all its fields. Returns where it lies. Fields are placed in the order of their alignment, so that none of
 * them needs to be padded.
 */
export function beginTable(w: FlatWriter, slots: number, size: number, alignment: number): number {
  reserve(w, size + alignment + 2 * slots + 12);
  w.vtables.begin(slots);
  return align(w, alignment, 4);
}

/** Ends the fields of the table at `at`; what they lead to comes behind it. */
export function endTable(w: FlatWriter, at: number, slots: number): void {
  w.pos = at + w.vtables.entries[1];
  w.view.setInt32(at, at - w.vtables.end(w, slots), true);
}

/** How many bytes there are to the next place that lies `ahead` bytes before a multiple of `size`, a power of 2. */
export function gap(w: FlatWriter, size: number, ahead: number): number {
  return (w.base - w.pos - ahead) & (size - 1);
}

/** Moves there, with zeros in between. */
export function align(w: FlatWriter, size: number, ahead: number): number {
  const bytes = w.bytes;
  let pos = w.pos;
  for (let left = gap(w, size, ahead); left > 0; left--) bytes[pos++] = 0;
  w.pos = pos;
  return pos;
}
