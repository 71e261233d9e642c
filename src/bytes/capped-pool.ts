import { type Slab, SlabPool } from "./slab.js";

/** Somebody who waits for memory. */
export interface Waiter {
  readonly wantedBytes: number;
  /** Here is a slab of at least `wantedBytes`, on lease. */
  proceed(slab: Slab): void;
}

/** A pool at whose cap links wait until others give slabs back, those first who have waited longest. */
export class CappedPool extends SlabPool {
  /** How often somebody who waited was told to go on. */
  wakes = 0;
  private readonly waiting = new Set<Waiter>();
  /** The one slab that may be on lease beyond the cap. */
  private extra: Slab | undefined = undefined;

  /** Whether somebody waits for room. */
  get isShort(): boolean {
    return this.waiting.size > 0;
  }

  /** Whether more than half of the cap is on lease: time to hold no more than is needed. */
  get isTight(): boolean {
    return this.leasedBytes > this.maxLeasedBytes / 2;
  }

  /** A slab as `lease` gives it; `undefined` without room for it, and while others wait for room. */
  tryLease(minBytes: number): Slab | undefined {
    return this.isShort ? undefined : this.grant(minBytes);
  }

  /** Gives `waiter` a slab once there is room for what it wants. */
  wait(waiter: Waiter): void {
    this.waiting.add(waiter);
  }

  /** Lets `waiter` wait no more. */
  forget(waiter: Waiter): void {
    this.waiting.delete(waiter);
  }

  override release(slab: Slab): void {
    super.release(slab);
    if (slab.holders > 0) return;
    if (slab === this.extra || this.leasedBytes <= this.maxLeasedBytes) this.extra = undefined;
    if (this.waiting.size > 0) this.wake();
  }

  /** One at a time is leased beyond the cap, so that one goes on even when those who wait hold all memory themselves. */
  private grant(minBytes: number): Slab | undefined {
    if (this.hasRoom(minBytes)) return this.lease(minBytes);
    if (this.extra) return undefined;
    return (this.extra = this.lease(minBytes));
  }

  private wake(): void {
    const [waiter] = this.waiting;
    const slab = this.grant(waiter.wantedBytes);
    if (!slab) return;
    this.waiting.delete(waiter);
    this.wakes++;
    waiter.proceed(slab);
  }
}
