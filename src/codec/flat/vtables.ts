import { MillraceError } from "../../error.js";

/** What an entry of a vtable can say. */
const MAX_TABLE_BYTES = 0xffff;

/** So many vtables, the newest, are looked through for an equal one. */
const KEPT = 16;

/** What of a writer a vtable is made of. */
interface Cursor {
  readonly bytes: Uint8Array;
  pos: number;
  readonly base: number;
  readonly table: number;
  readonly slots: Int32Array;
}

/** The vtables of one buffer: tables that have the same fields share one. */
export class VTables {
  /** How many were written. */
  count = 0;
  /** Where the newest lie. */
  private readonly places = new Int32Array(KEPT);

  /** Writes the vtable of the table that ends at `w.pos`, with its first `count` slots, or finds an equal one; returns where it lies. */
  place(w: Cursor, count: number): number {
    const size = w.pos - w.table;
    if (size > MAX_TABLE_BYTES) tooLarge();
    for (let i = this.count - 1, oldest = Math.max(0, this.count - KEPT); i >= oldest; i--) {
      const place = this.places[i % KEPT];
      if (isEqual(w, place, count, size)) return place;
    }
    const place = write(w, count, size);
    this.places[this.count++ % KEPT] = place;
    return place;
  }
}

function isEqual({ bytes, slots, table }: Cursor, place: number, count: number, size: number): boolean {
  if (word(bytes, place) !== 4 + 2 * count || word(bytes, place + 2) !== size) return false;
  for (let i = 0, pos = place + 4; i < count; i++, pos += 2) {
    const at = slots[i];
    if (word(bytes, pos) !== (at === 0 ? 0 : at - table)) return false;
  }
  return true;
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8);
}

function write(w: Cursor, count: number, size: number): number {
  const { bytes, slots, table } = w;
  const length = 4 + 2 * count;
  let pos = w.pos;
  if (((pos - w.base) & 1) !== 0) bytes[pos++] = 0;
  w.pos = pos + length;
  const place = pos;
  bytes[pos++] = length;
  bytes[pos++] = length >>> 8;
  bytes[pos++] = size;
  bytes[pos++] = size >>> 8;
  for (let i = 0; i < count; i++) {
    const at = slots[i];
    const offset = at === 0 ? 0 : at - table;
    bytes[pos++] = offset;
    bytes[pos++] = offset >>> 8;
  }
  return place;
}

function tooLarge(): never {
  throw new MillraceError("invalid_argument", `the fields of one table take more than ${MAX_TABLE_BYTES} bytes`);
}
