import { MillraceError } from "../error.js";

/** The least and the most of what is drawn anew each time. */
export type Range = readonly [least: number, most: number];

/** What a wire does to the bytes of either direction. Bytes of one direction never overtake each other. */
export interface Faults {
  /** Milliseconds that a write takes to arrive. What comes behind a slow one arrives merged with it. */
  readonly delayMs: Range;
  /** Bytes that one read brings at most: small numbers split frames, large ones merge them. */
  readonly readBytes: Range;
  /** Bytes a second that are read at most. */
  readonly bytesPerSecond: number;
  /** Bytes that may be under way before the next write waits, as in a socket's buffer. */
  readonly bufferBytes: number;
  /** The share of reads, from 0 to 1, in which one bit is changed. */
  readonly corruption: number;
}

/** A wire that delays, splits and changes nothing. */
export const NO_FAULTS: Faults = {
  delayMs: [0, 0],
  readBytes: [64 * 1024, 64 * 1024],
  bytesPerSecond: Infinity,
  bufferBytes: 256 * 1024,
  corruption: 0,
};

/** `given` over no faults. Throws `invalid_argument` for a number or range that makes no sense. */
export function checkFaults(given: Partial<Faults> = {}): Faults {
  const faults = { ...NO_FAULTS, ...given };
  const { delayMs, readBytes, bytesPerSecond, bufferBytes, corruption } = faults;
  if (!isRange(delayMs, 0)) throw wrong("delayMs must be two numbers, the first from 0 to the second");
  if (!isRange(readBytes, 1)) throw wrong("readBytes must be two numbers, the first from 1 to the second");
  if (!(bytesPerSecond > 0)) throw wrong("bytesPerSecond must be above 0");
  if (!(bufferBytes > 0)) throw wrong("bufferBytes must be above 0");
  if (!(corruption >= 0 && corruption <= 1)) throw wrong("corruption must be from 0 to 1");
  return faults;
}

function isRange([least, most]: Range, lowest: number): boolean {
  return least >= lowest && least <= most && Number.isFinite(most);
}

function wrong(text: string): MillraceError {
  return new MillraceError("invalid_argument", text);
}
