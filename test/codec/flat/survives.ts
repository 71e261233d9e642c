import { unverified } from "millrace/codec";
import type { Mutant } from "./mutants.js";
import { readAll } from "./walk.js";

/**
 * Whether the bytes are taken; then all that they hold is read, and must be the same whatever lies around them. Throws when it
 * is not, or on an error that is no refusal.
 */
export function survives({ codec, bytes }: Mutant): boolean {
  let message: object;
  try {
    message = codec.fromBytes(guarded(bytes, 0x00), { bytes: "borrowed", utf8: true });
  } catch (error) {
    if (!/^MillraceError: \[(invalid_argument|resource_exhausted)\]/.test(String(error))) throw error;
    return false;
  }
  const seen = readAll(message);
  const elsewhere = unverified(codec).fromBytes(guarded(bytes, 0xff), { bytes: "borrowed" });
  if (readAll(elsewhere) !== seen) throw new Error(`reads outside of ${Buffer.from(bytes).toString("hex")}`);
  return true;
}

/** The same bytes with `canary` on both sides of them. */
function guarded(bytes: Uint8Array, canary: number): Uint8Array {
  const memory = new Uint8Array(bytes.length + 128).fill(canary);
  memory.set(bytes, 64);
  return memory.subarray(64, 64 + bytes.length);
}
