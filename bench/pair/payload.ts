const pattern: Uint8Array = Uint8Array.from({ length: 1 << 18 }, (_, i) => (i * 3 + (i >> 8) + 1) & 0xff);

/** The first `bytes` bytes of a pattern, the same in every process; up to 256 KiB. */
export function payloadOf(bytes: number): Uint8Array {
  if (bytes > pattern.length) throw new RangeError(`the pattern has ${pattern.length} bytes, not ${bytes}`);
  return pattern.subarray(0, bytes);
}

/** Whether number `count` is compared byte by byte; all are compared by their id and length. */
export function isSampled(count: number): boolean {
  return (count & 1023) === 0;
}

/** Throws unless `[from, from + length)` of `received` is `sent`. */
export function checkPayload(received: Uint8Array, from: number, length: number, sent: Uint8Array): void {
  const same = length === sent.length && sent.every((byte, i) => received[from + i] === byte);
  if (!same) throw new Error(`${length} bytes came that are not the ${sent.length} that were sent`);
}

/** Throws unless what came is what was due. */
export function checkId(received: number, due: number): void {
  if (received !== due) throw new Error(`number ${received} came where ${due} was due`);
}
