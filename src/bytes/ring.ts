import type { Slab, SlabPool } from "./slab.js";

/** A read that fills its window makes the next lease larger, up to here: larger slabs measured slower (cache). */
const LARGEST_LEASE_BYTES = 256 * 1024;
const SMALLEST_WINDOW_BYTES = 4 * 1024;

/**
 * Where a link's received bytes are until they are parsed.
 *
 * ```
 *   idle      the slab that all idle links share; nothing stays in it after a read
 *   pos..end  |---- unread ----|
 *   tail      a frame that is not all here yet moves to a slab leased by this link, and reading goes on behind it
 *
 *   leased    |## parsed ##|---- unread ----|···· window: the next read ····|
 *             0            pos              end                              slab size
 * ```
 *
 * A frame is thus always in one piece. Frames start at multiples of 8 of the stream, and a tail is moved to
 * offset 0, so that payloads keep the alignment they have on the wire.
 */
export class Ring {
  bytes: Uint8Array;
  /** The same memory as `bytes`. */
  view: DataView;
  /** Index into `bytes` of the first unread byte. */
  pos = 0;
  /** Index into `bytes` behind the last received byte. */
  end = 0;
  /** Bytes that had to be moved to keep a frame in one piece. */
  copiedBytes = 0;
  private lease: Slab | undefined;
  private wanted = 0;

  constructor(
    private readonly shared: Slab,
    private readonly pool: SlabPool,
  ) {
    this.bytes = shared.bytes;
    this.view = shared.view;
  }

  /** The memory that the transport reads into next; valid until the next call of any method. */
  window(): Uint8Array {
    return this.lease ? this.lease.bytes.subarray(this.end) : this.shared.bytes;
  }

  /** Notes that `count` bytes were read into the window. */
  filled(count: number): void {
    if (!this.lease) this.point(this.shared.bytes, this.shared.view, 0, 0);
    this.end += count;
  }

  /**
   * Takes bytes of a chunk that the transport owns, from `offset` on, and returns how many it took: all of them in
   * place when nothing is waiting, else a copy of no more than the waiting frame needs.
   */
  take(chunk: Uint8Array, offset: number): number {
    if (!this.lease) {
      this.point(chunk, new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset, chunk.length);
      return chunk.length - offset;
    }
    const count = Math.min(this.wanted - (this.end - this.pos), chunk.length - offset);
    this.bytes.set(chunk.subarray(offset, offset + count), this.end);
    this.end += count;
    this.copiedBytes += count;
    return count;
  }

  /** Ends a read: keeps the unread tail, the start of a frame of `wanted` bytes, or gives the lease back if there is none. */
  keep(wanted: number): void {
    if (this.end === this.pos) return this.release();
    this.wanted = wanted;
    const size = this.lease?.bytes.length ?? 0;
    const ideal = this.end === size ? Math.min(size * 4, LARGEST_LEASE_BYTES) : size;
    if (this.lease && ideal <= size && wanted <= size - this.pos && size - this.end >= SMALLEST_WINDOW_BYTES) return;
    const target = Math.max(wanted, ideal);
    this.moveTail(this.lease && target <= size ? this.lease : this.pool.lease(target));
  }

  /** Gives back what is leased; unread bytes are lost. */
  release(): void {
    if (this.lease) this.pool.release(this.lease);
    this.lease = undefined;
    this.point(this.shared.bytes, this.shared.view, 0, 0);
  }

  private moveTail(to: Slab): void {
    const tail = this.bytes.subarray(this.pos, this.end);
    to.bytes.set(tail);
    this.copiedBytes += tail.length;
    if (this.lease && this.lease !== to) this.pool.release(this.lease);
    this.lease = to;
    this.point(to.bytes, to.view, 0, tail.length);
  }

  private point(bytes: Uint8Array, view: DataView, pos: number, end: number): void {
    this.bytes = bytes;
    this.view = view;
    this.pos = pos;
    this.end = end;
  }
}
