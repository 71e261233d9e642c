import { randomFillSync } from "node:crypto";
import { HEAD_BYTES, writeMessageHead } from "../link/message-head.js";

/** As many as one call for random bytes brings; each is used once. */
const keys = new Int32Array(2048);
let keysLeft = 0;

/**
 * A copy of whole frames as one WebSocket message of a client, masked as RFC 6455, section 5.3, wants it: four bytes at a
 * time, where `ws` takes one after the other.
 *
 * ```
 *   |  room  | head … key |== frames, masked ==|
 *   0        start        HEAD_BYTES
 * ```
 */
export function maskedMessage(frames: Uint8Array): Uint8Array {
  const message = Buffer.allocUnsafe(HEAD_BYTES + frames.length);
  message.set(frames, HEAD_BYTES);
  const { buffer, byteOffset } = message;
  const start = writeMessageHead(new DataView(buffer, byteOffset), HEAD_BYTES, frames.length, true);
  // The key, which ends the head, and the frames, whose length is a multiple of 8.
  const words = new Int32Array(buffer, byteOffset + HEAD_BYTES - 4, 1 + frames.length / 4);
  const key = nextKey();
  words[0] = key;
  for (let i = 1; i < words.length; i++) words[i] ^= key;
  return message.subarray(start);
}

function nextKey(): number {
  if (keysLeft === 0) {
    randomFillSync(keys);
    keysLeft = keys.length;
  }
  return keys[--keysLeft];
}
