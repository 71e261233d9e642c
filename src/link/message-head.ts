/** Room for the head of a WebSocket message; more than any takes, so that what follows it lies at a multiple of 8. */
export const HEAD_BYTES = 16;

const BINARY_MESSAGE = 0x82;
const MASKED = 0x80;

/**
 * Writes the head of a WebSocket message of so many bytes that follow it at `end` (RFC 6455, section 5.2); returns where
 * it starts. A client's ends with the key of its mask, 4 bytes that are the caller's to write.
 */
export function writeMessageHead(view: DataView, end: number, length: number, isMasked: boolean): number {
  const sizeBytes = length < 126 ? 0 : length < 65536 ? 2 : 8;
  const start = end - (isMasked ? 4 : 0) - sizeBytes - 2;
  view.setUint8(start, BINARY_MESSAGE);
  view.setUint8(start + 1, (isMasked ? MASKED : 0) | (sizeBytes === 0 ? length : sizeBytes === 2 ? 126 : 127));
  if (sizeBytes === 2) view.setUint16(start + 2, length);
  if (sizeBytes === 8) view.setBigUint64(start + 2, BigInt(length));
  return start;
}
