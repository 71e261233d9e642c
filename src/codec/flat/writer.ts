import type { Writer } from "../../bytes/writer.js";
import { MillraceError } from "../../error.js";

/** How deep tables may nest, the root counted: what verifiers take by default. */
export const MAX_DEPTH = 64;

/** What an entry of a vtable can say. */
const MAX_TABLE_BYTES = 0xffff;

/** So many vtables are kept to be shared, in so many words each. */
const KEPT = 16;
const WORDS = 64;

/**
 * Writes one buffer from its front to its back: a table's fields, its vtable, then what its fields lead to. Offsets to these
 * point ahead, as they must; the one from a table to its vtable is signed. Like `Writer` it stores nothing past the end
 * but counts it.
 */
export class FlatWriter {
  bytes: Uint8Array;
  view: DataView;
  pos: number;
  /** Where the buffer starts: what is aligned is so from here. */
  base: number;
  /** The table whose fields are added. */
  table = 0;
  depth = 1;
  /** Where each of its fields lies, from its start. */
  slots = new Uint16Array(WORDS);
  /** Where the offsets stand that lead to each shared text; the texts come last, since offsets point ahead only. */
  shared: Map<string, number[]> | undefined;
  private vtables = 0;
  /** The places of the vtables kept, and each one's count of slots, size of its table, and slots. */
  private readonly places = new Float64Array(KEPT);
  private readonly kept = new Uint16Array(KEPT * WORDS);

  constructor({ bytes, view, pos }: Writer) {
    this.bytes = bytes;
    this.view = view;
    this.pos = pos;
    this.base = pos;
  }

  /** Starts a buffer where `writer` is. */
  begin({ bytes, view, pos }: Writer): void {
    this.bytes = bytes;
    this.view = view;
    this.pos = pos;
    this.base = pos;
    this.depth = 1;
    this.vtables = 0;
    this.shared = undefined;
  }

  /** Writes the vtable of the table that was begun, with its first `count` slots, or finds an equal one. */
  vtable(count: number): number {
    const size = this.pos - this.table;
    if (size > MAX_TABLE_BYTES) tooLarge();
    const known = this.find(count, size);
    return known < 0 ? this.write(count, size) : known;
  }

  private find(count: number, size: number): number {
    const oldest = Math.max(0, this.vtables - KEPT);
    for (let i = this.vtables - 1; i >= oldest; i--) {
      if (this.isKept((i % KEPT) * WORDS, count, size)) return this.places[i % KEPT];
    }
    return -1;
  }

  private isKept(at: number, count: number, size: number): boolean {
    const { kept, slots } = this;
    if (kept[at] !== count || kept[at + 1] !== size) return false;
    for (let i = 0; i < count; i++) if (kept[at + 2 + i] !== slots[i]) return false;
    return true;
  }

  private write(count: number, size: number): number {
    const at = align(this, 2, 0);
    put16(this, at, 4 + 2 * count);
    put16(this, at + 2, size);
    for (let i = 0; i < count; i++) put16(this, at + 4 + 2 * i, this.slots[i]);
    this.pos = at + 4 + 2 * count;
    if (count + 2 <= WORDS) this.keep(count, size, at);
    return at;
  }

  private keep(count: number, size: number, place: number): void {
    const { kept, slots } = this;
    const i = this.vtables++ % KEPT;
    const at = i * WORDS;
    kept[at] = count;
    kept[at + 1] = size;
    for (let slot = 0; slot < count; slot++) kept[at + 2 + slot] = slots[slot];
    this.places[i] = place;
  }
}

/** Starts a table that has at most `count` slots; returns where it lies. */
export function beginTable(w: FlatWriter, count: number): number {
  const at = align(w, 4, 0);
  w.table = at;
  w.pos = at + 4;
  if (count > w.slots.length) w.slots = new Uint16Array(count);
  const slots = w.slots;
  for (let i = 0; i < count; i++) slots[i] = 0;
  return at;
}

/** Ends the fields of the table; what they lead to comes behind it. */
export function endTable(w: FlatWriter, count: number): void {
  let used = count;
  while (used > 0 && w.slots[used - 1] === 0) used--;
  const at = w.table;
  put32(w, at, at - w.vtable(used));
}

/** Moves to the next place that lies `ahead` bytes before a multiple of `size`, a power of 2, with zeros in between. */
export function align(w: FlatWriter, size: number, ahead: number): number {
  const bytes = w.bytes;
  let pos = w.pos;
  for (let gap = (w.base - pos - ahead) & (size - 1); gap > 0; gap--) bytes[pos++] = 0;
  w.pos = pos;
  return pos;
}

/** Makes room for a field of `size` bytes in the table; returns where it lies. */
export function place(w: FlatWriter, slot: number, size: number, alignment: number): number {
  const at = align(w, alignment, 0);
  w.slots[slot] = at - w.table;
  w.pos = at + size;
  return at;
}

export function put16({ bytes }: FlatWriter, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
}

export function put32({ bytes }: FlatWriter, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

function tooLarge(): never {
  throw new MillraceError("invalid_argument", `the fields of one table take more than ${MAX_TABLE_BYTES} bytes`);
}
