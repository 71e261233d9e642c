import { CappedPool } from "../../src/bytes/capped-pool.js";
import type { Slab } from "../../src/bytes/slab.js";

/** A pool that knows how many slabs were on lease at most. */
export class MeteredPool extends CappedPool {
  most = 0;

  override lease(minBytes: number): Slab {
    const slab = super.lease(minBytes);
    this.most = Math.max(this.most, this.leased);
    return slab;
  }
}
