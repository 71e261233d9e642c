import type { Writer } from "../bytes/writer.js";
import type { Frame } from "../frame/frame.js";

/**
 * The header extension of OPEN is a row of entries, each padded to 8 bytes:
 *
 * ```
 * 0      2        4
 * | type | length | data … | pad
 * ```
 *
 * Entries of other types are skipped. Type 1 holds the milliseconds left until the deadline, 32 bits.
 */
const DEADLINE = 1;
const MAX_MS = 2 ** 32 - 1;

/** Writes the time left, if it is finite, and returns the words of 8 bytes it took. */
export function writeDeadline(writer: Writer, remainingMs: number): number {
  if (remainingMs === Infinity) return 0;
  const { view, pos } = writer;
  view.setUint16(pos, DEADLINE, true);
  view.setUint16(pos + 2, 4, true);
  view.setUint32(pos + 4, Math.min(Math.ceil(remainingMs), MAX_MS), true);
  writer.pos = pos + 8;
  return 1;
}

/** The milliseconds left when the OPEN was sent; `Infinity` without a deadline. */
export function readDeadline(frame: Frame): number {
  const view = frame.reader.view;
  const end = frame.extStart + frame.ext * 8;
  for (let at = frame.extStart; at + 8 <= end; ) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === DEADLINE && length === 4) return view.getUint32(at + 4, true);
    at += (4 + length + 7) & ~7;
  }
  return Infinity;
}
