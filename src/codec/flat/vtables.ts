import { MillraceError } from "../../error.js";

/** What an entry of a vtable can say. */
const MAX_TABLE_BYTES = 0xffff;

/** So many vtables, the newest, are looked through for an equal one. */
const KEPT = 16;

/** Entries that there is room for at first. */
const ENTRIES = 64;

/** What of a writer a vtable is written with. */
interface Cursor {
  readonly view: DataView;
  pos: number;
  readonly base: number;
}

/**
 * The vtables of one buffer: tables that have the same fields share one. It is compared and written 4 bytes at a time, so it may
 * have an entry more than is used.
 */
export class VTables {
  /**
   * The vtable of the table that is written, as it goes on the wire: behind its own size and the table's so far, where each
   * field lies from the table on, 0 for those that it does not have.
   */
  entries = new Uint16Array(ENTRIES);
  /** The same memory, two entries at a time. */
  private words = new Int32Array(this.entries.buffer);
  /** How many were written. */
  count = 0;
  /** Where the newest lie. */
  private readonly places = new Int32Array(KEPT);

  /** Starts that of a table with at most `slots` fields. */
  begin(slots: number): void {
    const end = wordsOf(slots);
    if (end > this.words.length) this.grow(end);
    const words = this.words;
    words[0] = 4 << 16;
    for (let i = 1; i < end; i++) words[i] = 0;
  }

  /** Writes it where `w` is, or finds an equal one; returns where that lies. */
  end(w: Cursor, slots: number): number {
    const { words, places, count } = this;
    let length = wordsOf(slots);
    while (length > 1 && words[length - 1] === 0) length--;
    words[0] |= 4 * length;
    for (let i = count - 1, oldest = Math.max(0, count - KEPT); i >= oldest; i--) {
      const known = places[i % KEPT];
      if (isEqual(w.view, known, words, length)) return known;
    }
    this.count = count + 1;
    return (places[count % KEPT] = write(w, words, length));
  }

  private grow(words: number): void {
    this.words = new Int32Array(words);
    this.entries = new Uint16Array(this.words.buffer);
  }
}

/** How many words a vtable of so many fields takes. */
function wordsOf(slots: number): number {
  return (slots + 3) >> 1;
}

function isEqual(view: DataView, at: number, words: Int32Array, length: number): boolean {
  for (let i = 0; i < length; i++) {
    if (view.getInt32(at + 4 * i, true) !== words[i]) return false;
  }
  return true;
}

function write(w: Cursor, words: Int32Array, length: number): number {
  const { view, base } = w;
  let at = w.pos;
  if (((at - base) & 1) !== 0) view.setUint8(at++, 0);
  for (let i = 0; i < length; i++) view.setInt32(at + 4 * i, words[i], true);
  w.pos = at + 4 * length;
  return at;
}

/**
 * Takes room for a field of `size` bytes; returns where it lies from the table on. `entry` counts the entries of the vtable.
 * Small enough for V8 to inline it always (27 bytes of bytecode), as all that is called for each number is.
 */
export function place(entries: Uint16Array, entry: number, size: number): number {
  const at = entries[1];
  entries[entry] = at;
  entries[1] = at + size;
  return at;
}

/** As `place`, for tables whose fields may not fit. */
export function placeLarge(entries: Uint16Array, entry: number, size: number): number {
  if (entries[1] + size > MAX_TABLE_BYTES) tooLarge();
  return place(entries, entry, size);
}

function tooLarge(): never {
  throw new MillraceError("invalid_argument", `the fields of one table take more than ${MAX_TABLE_BYTES} bytes`);
}
