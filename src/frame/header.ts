import type * as Kind from "./kind.js";

/**
 * The 16 bytes in front of every frame, little-endian:
 *
 * ```
 * 0        4      5       6      7     8          12         16
 * | length | kind | flags | ext  | 0   | stream   | aux      | ext … | payload … | zero pad to 8
 * ```
 *
 * `length` counts header, ext and payload but not the pad; `ext` counts words of 8 bytes.
 * `stream` and `aux` are handled as signed 32-bit integers, which V8 keeps unboxed whatever bits are set.
 */
export const HEADER_BYTES = 16;

const LENGTH = 0;
const KIND = 4;
const FLAGS = 5;
const EXT = 6;
const ZERO = 7;
const STREAM = 8;
const AUX = 12;

/** The bytes a frame of `length` takes on the wire. */
export function padded(length: number): number {
  return (length + 7) & ~7;
}

/** Writes a header at `at`. `ext` is in words of 8 bytes. */
export function writeHeader(
  view: DataView,
  at: number,
  length: number,
  kind: Kind.Any,
  flags: number,
  ext: number,
  stream: number,
  aux: number,
): void {
  view.setInt32(at + LENGTH, length, true);
  view.setInt32(at + KIND, kind | (flags << 8) | (ext << 16), true);
  view.setInt32(at + STREAM, stream, true);
  view.setInt32(at + AUX, aux, true);
}

export const lengthAt = (view: DataView, at: number): number => view.getUint32(at + LENGTH, true);
export const kindAt = (view: DataView, at: number): number => view.getUint8(at + KIND);
export const flagsAt = (view: DataView, at: number): number => view.getUint8(at + FLAGS);
export const extAt = (view: DataView, at: number): number => view.getUint8(at + EXT);
export const zeroAt = (view: DataView, at: number): number => view.getUint8(at + ZERO);
export const streamAt = (view: DataView, at: number): number => view.getInt32(at + STREAM, true);
export const auxAt = (view: DataView, at: number): number => view.getInt32(at + AUX, true);
