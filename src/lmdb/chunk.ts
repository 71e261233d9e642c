import { crc32 } from "node:zlib";

/** Events that were appended together are kept together, up to so many bytes; a longer event is alone. */
export const CHUNK_BYTES = 64 * 1024;

const HEAD_BYTES = 24;
const END_BYTES = 4;

/** Some events of one log, and what is known of those before them. */
export interface Chunk {
  /** The offset of its first event. */
  readonly start: number;
  /** The offset behind its last event. */
  readonly end: number;
  /** When it was made, in milliseconds since 1970. */
  readonly timeMs: number;
  /** Bytes of all events ever appended before it, and with it. */
  readonly startBytes: number;
  readonly endBytes: number;
  /** Where each event ends behind the first one's start. */
  readonly ends: Uint32Array;
}

/**
 * Writes a chunk:
 *
 * ```
 * 0       4       8          16           24
 * | crc32 | count | timeMs   | startBytes | end of each event, 4 bytes | events |
 * ```
 *
 * Numbers are little-endian, time and bytes are doubles, and the checksum is that of all behind it.
 */
export function encodeChunk(events: readonly Uint8Array[], timeMs: number, startBytes: number): Buffer {
  const first = HEAD_BYTES + END_BYTES * events.length;
  const bytes = Buffer.allocUnsafe(events.reduce((sum, event) => sum + event.length, first));
  bytes.writeUInt32LE(events.length, 4);
  bytes.writeDoubleLE(timeMs, 8);
  bytes.writeDoubleLE(startBytes, 16);
  let at = first;
  events.forEach((event, i) => {
    bytes.set(event, at);
    at += event.length;
    bytes.writeUInt32LE(at - first, HEAD_BYTES + END_BYTES * i);
  });
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

/** Reads the chunk that starts with the event `start`; `undefined` when it is damaged. It owns what it gives back. */
export function decodeChunk(bytes: Buffer, length: number, start: number): Chunk | undefined {
  if (length < HEAD_BYTES || bytes.readUInt32LE(0) !== crc32(bytes.subarray(4, length))) return undefined;
  const count = bytes.readUInt32LE(4);
  const ends = new Uint32Array(count);
  for (let i = 0; i < count; i++) ends[i] = bytes.readUInt32LE(HEAD_BYTES + END_BYTES * i);
  const startBytes = bytes.readDoubleLE(16);
  const endBytes = startBytes + (ends.at(-1) ?? 0);
  return { start, end: start + count, timeMs: bytes.readDoubleLE(8), startBytes, endBytes, ends };
}

/** One event of the chunk whose bytes these are: a view. */
export function eventOf({ start, ends }: Chunk, bytes: Buffer, offset: number): Uint8Array {
  const i = offset - start;
  const before = i === 0 ? 0 : ends[i - 1];
  const at = bytes.byteOffset + HEAD_BYTES + END_BYTES * ends.length + before;
  return new Uint8Array(bytes.buffer, at, ends[i] - before);
}
