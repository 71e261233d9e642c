import type { Writer } from "../bytes/writer.js";
import type { Frame } from "./frame.js";

// A header extension is a row of entries, each padded with zeros to 8 bytes; entries of unknown type are skipped:
//
//   0      2        4
//   | type | length | data … | pad

/** Bytes of an entry that holds one 32-bit number. */
export const NUMBER_ENTRY_BYTES = 8;

/** Writes an entry of one 32-bit number. */
export function writeNumberEntry(writer: Writer, type: number, value: number): void {
  const { view, pos } = writer;
  view.setUint16(pos, type, true);
  view.setUint16(pos + 2, 4, true);
  view.setUint32(pos + 4, value, true);
  writer.pos = pos + NUMBER_ENTRY_BYTES;
}

/** The number in the first entry of this type, `undefined` without one. */
export function readNumberEntry(frame: Frame, type: number): number | undefined {
  const at = findEntry(frame, type, 4);
  return at < 0 ? undefined : frame.reader.view.getUint32(at, true);
}

/** Index in `frame.reader.bytes` of the data of the first entry of this type and at least this length; -1 without one. */
export function findEntry(frame: Frame, type: number, leastBytes: number): number {
  const { view } = frame.reader;
  const end = frame.extStart + frame.ext * 8;
  for (let at = frame.extStart; at + 8 <= end; ) {
    const length = view.getUint16(at + 2, true);
    if (at + 4 + length > end) return -1;
    if (view.getUint16(at, true) === type && length >= leastBytes) return at + 4;
    at += (4 + length + 7) & ~7;
  }
  return -1;
}
