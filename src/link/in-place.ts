import type { Received } from "../bytes/received.js";
import type { Frame } from "../frame/frame.js";
import { HEADER_BYTES, padded } from "../frame/header.js";
import type { Assembly } from "./assembly.js";

/** Lets the rest of the next fragment, whose start is in `ring`, be read to its place, where its header would be. */
export function readInPlace(assembly: Assembly, fragment: Frame, ring: Received): void {
  const { slab, filled, isInPlace, missingBytes } = assembly;
  const at = filled - HEADER_BYTES;
  const end = at + padded(fragment.length);
  if (!isInPlace || fragment.payloadBytes > missingBytes || fragment.ext > 0 || end > slab.size) return;
  ring.divert(slab, at, HEADER_BYTES, fragment.isFragment ? Math.min(end + HEADER_BYTES, slab.size) : end);
}
