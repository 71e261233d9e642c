import { Random } from "../../src/testing/index.js";

const LARGEST = 1024 * 1024;
const bytes = new Uint8Array(2 * LARGEST);
const random = new Random(1);
const words = new Uint32Array(bytes.buffer);
for (let i = 0; i < words.length; i++) words[i] = random.int(0, 0xffff_ffff);

/** Answers are counted from here, so that they differ from requests. */
export const ANSWER = 1000;

/** A payload of so many bytes that no other item of the plan has: a copy, the caller's to keep or spoil. */
export function payload(step: number, index: number, size: number): Uint8Array {
  return expected(step, index, size).slice();
}

/** Whether `data` is the payload that this item was given. */
export function isPayload(data: Uint8Array, step: number, index: number, size: number): boolean {
  return Buffer.compare(data, expected(step, index, size)) === 0;
}

function expected(step: number, index: number, size: number): Uint8Array {
  const at = (step * 10_007 + index * 1_009) % LARGEST;
  return bytes.subarray(at, at + size);
}
