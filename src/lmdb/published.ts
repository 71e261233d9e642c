import type { Published } from "../topic/publishers.js";

/** What a publisher published last: sequence, offset and time, as doubles. */
export function encodePublished({ sequence, offset, timeMs }: Published): Buffer {
  const bytes = Buffer.alloc(24);
  [sequence, offset, timeMs].forEach((value, i) => bytes.writeDoubleLE(value, 8 * i));
  return bytes;
}

export function decodePublished(bytes: Buffer): Published {
  return { sequence: bytes.readDoubleLE(0), offset: bytes.readDoubleLE(8), timeMs: bytes.readDoubleLE(16) };
}
