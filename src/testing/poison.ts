import { CappedPool } from "../bytes/capped-pool.js";
import type { Slab } from "../bytes/slab.js";

/** What memory is filled with that nobody has a right to read. */
export const POISON = 0xdb;

/** A pool whose slabs are overwritten as soon as they come back, so that whoever goes on reading one sees it. */
export class PoisoningPool extends CappedPool {
  override release(slab: Slab): void {
    if (slab.holders === 1 && !slab.isLost) slab.bytes.fill(POISON);
    super.release(slab);
  }
}
