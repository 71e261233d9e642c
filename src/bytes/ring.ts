import type { Received } from "./received.js";
import type { CappedPool } from "./capped-pool.js";
import type { Slab } from "./slab.js";

/** A read that fills its window makes the next lease larger, up to here: larger slabs measured slower (cache). */
const USUAL_LEASE_BYTES = 256 * 1024;
/** For long frames: the fewer of them lie across the end of a slab, the fewer bytes are moved. */
const LARGEST_LEASE_BYTES = 1024 * 1024;
const SMALLEST_WINDOW_BYTES = 4 * 1024;
/** A link that receives frames this long reads into a slab of its own, where they can be retained. */
const LONG_FRAME_BYTES = 4 * 1024;
/** Read at once between the fragments of a long message: what comes of the next one with its header has to be moved. */
const BETWEEN_BYTES = 4 * 1024;

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
 *
 *   next      when the window gets small, the tail moves to a fresh slab; whoever retained the old one goes on reading it
 *
 *   diverted  |#### message so far ####|---- unread ----|···· window ····|  the rest of the message
 *                                      pos              end              stop
 *             the rest of a fragment is read behind those before it, with the header that follows, to see what to do next
 * ```
 *
 * A frame is thus always in one piece. Frames start at multiples of 8 of the stream, and a tail is moved to
 * offset 0, so that payloads keep the alignment they have on the wire. A link whose frames are long keeps its lease
 * between them, until a read after `rest` brings short ones only.
 */
export class Ring implements Received {
  bytes: Uint8Array;
  /** The same memory as `bytes`. */
  view: DataView;
  /** Index into `bytes` of the first unread byte. */
  pos = 0;
  /** Index into `bytes` behind the last received byte. */
  end = 0;
  /** Bytes that had to be moved to keep a frame in one piece. */
  copiedBytes = 0;
  /** The slab of this link's own; what lies in it can be retained. */
  lease: Slab | undefined = undefined;
  /** Whether what lies here is never written to again: in the lease, and in chunks that the transport made. */
  isStable = false;
  /** Bytes of the frame whose start is here. */
  wanted = 0;
  /** Where reading stops in a lease that is the memory of a message; else 0. */
  private stop = 0;
  /** Whether more fragments of a message are to come. */
  private isAssembling = false;
  /** What was waited for: the next lease. */
  private reserved: Slab | undefined = undefined;
  /** Whether the transport reads into the window; else it brings chunks of its own. */
  private readsWindow = false;
  /** How many frames were long. */
  longFrames = 0;
  /** The longest frame since the link last rested; 0 while all were short. */
  private longFrameBytes = 0;

  constructor(
    private readonly shared: Slab,
    private readonly pool: CappedPool,
  ) {
    this.bytes = shared.bytes;
    this.view = shared.view;
  }

  /** Whether somebody to whom a part of this memory was lent has transferred the whole elsewhere. */
  get isGone(): boolean {
    return this.lease ? this.lease.isGone : this.end > this.bytes.length;
  }

  /** The memory that the transport reads into next; valid until the next call of any method. */
  window(): Uint8Array {
    if (this.lease) return this.lease.bytes.subarray(this.end, this.end + this.mostBytes);
    return this.isAssembling ? this.shared.bytes.subarray(0, BETWEEN_BYTES) : this.shared.bytes;
  }

  /** Notes that `count` bytes were read into the window. */
  filled(count: number): void {
    this.readsWindow = true;
    if (!this.lease) this.point(this.shared.bytes, this.shared.view, 0, 0);
    this.isStable = this.lease !== undefined;
    this.end += count;
  }

  /**
   * Takes bytes of a chunk that nobody writes to any more, from `offset` on, and returns how many it took: all of them in
   * place when nothing is waiting, else a copy of no more than the waiting frame needs.
   */
  take(chunk: Uint8Array, offset: number): number {
    this.isStable = true;
    if (!this.lease) {
      const { buffer, byteOffset, length } = chunk;
      this.point(new Uint8Array(buffer, byteOffset, length), new DataView(buffer, byteOffset, length), offset, length);
      return length - offset;
    }
    const room = this.bytes.length - this.end;
    const count = Math.min(this.wanted - (this.end - this.pos), chunk.length - offset, room);
    this.bytes.set(chunk.subarray(offset, offset + count), this.end);
    this.end += count;
    this.copiedBytes += count;
    return count;
  }

  /** Moves past a frame of so many bytes. */
  passed(bytes: number): void {
    this.pos += bytes;
    if (bytes < LONG_FRAME_BYTES) return;
    this.longFrames++;
    if (bytes > this.longFrameBytes) this.longFrameBytes = bytes;
  }

  /**
   * Lets the rest of the unread frame be read to where it belongs in `slab`: the frame starts at `at` there, and reading stops
   * at `stop`. What has come of it is moved, but for its first `headBytes`. Only within a read, and followed by `keep`.
   */
  divert(slab: Slab, at: number, headBytes: number, stop: number): void {
    if (this.lease === slab && this.pos === at) return;
    const tailBytes = this.end - this.pos;
    if (tailBytes > headBytes) {
      slab.bytes.set(this.bytes.subarray(this.pos + headBytes, this.end), at + headBytes);
      this.copiedBytes += tailBytes - headBytes;
    }
    this.pool.retain(slab);
    this.release();
    this.lease = slab;
    this.stop = stop;
    this.point(slab.bytes, slab.view, at, at + tailBytes);
  }

  /**
   * Ends a read: keeps the unread tail, the start of a frame of `wanted` bytes, and gives back a lease that is not needed.
   * Returns `false` when there is no memory for the rest of the frame: then the tail is kept with a small window, and whoever
   * reads on into that asks again.
   * @param isAssembling whether more fragments of a message are to come; then little is read at once but to their places.
   */
  keep(wanted: number, isAssembling = false): boolean {
    const { pool } = this;
    const tailBytes = this.end - this.pos;
    this.wanted = wanted;
    this.isAssembling = isAssembling;
    if (this.end < this.stop && (tailBytes > 0 || this.readsWindow)) return true;
    if (this.stop > 0) this.leave();
    const keepsLease = this.readsWindow && this.longFrameBytes > 0 && !pool.isTight && !isAssembling;
    if (tailBytes === 0 && !keepsLease) {
      this.release();
      return true;
    }
    // Who has received a frame gives way to those who wait for memory.
    const givesWay = pool.isShort && this.pos > 0;
    const room = givesWay || !this.lease ? 0 : this.lease.bytes.length - this.pos;
    if (room >= Math.max(wanted, keepsLease ? this.longFrameBytes : 0, tailBytes + SMALLEST_WINDOW_BYTES)) return true;
    const to = this.nextLease(Math.max(wanted, tailBytes + SMALLEST_WINDOW_BYTES));
    if (to) this.moveTail(to);
    else if (tailBytes === 0) this.release();
    else if (givesWay || !this.hasWindow) this.moveTail(pool.lease(tailBytes + SMALLEST_WINDOW_BYTES));
    return tailBytes === 0 || (this.lease !== undefined && this.lease.bytes.length - this.pos >= wanted);
  }

  /** Takes the slab that was waited for, on lease. */
  reserve(slab: Slab): void {
    this.reserved = slab;
  }

  /** How much may be read into the lease at once. */
  private get mostBytes(): number {
    const rest = this.wanted - (this.end - this.pos);
    if (this.stop > 0) return this.stop - this.end;
    return this.isAssembling ? Math.max(rest, BETWEEN_BYTES) : this.lease!.bytes.length;
  }

  /** Whether the link may read on in the lease as it is. */
  private get hasWindow(): boolean {
    return this.lease?.holders === 1 && this.lease.bytes.length - this.end >= SMALLEST_WINDOW_BYTES;
  }

  private nextLease(leastBytes: number): Slab | undefined {
    const { reserved, lease, pool } = this;
    this.reserved = undefined;
    if (reserved && reserved.bytes.length >= leastBytes) return reserved;
    if (reserved) pool.release(reserved);
    if (pool.isShort) return undefined;
    const size = lease?.bytes.length ?? 0;
    const usual = Math.max(leastBytes, this.usualLeaseBytes(size));
    const target = pool.isTight || !pool.hasRoom(usual) ? leastBytes : usual;
    if (lease && target <= size && lease.holders === 1 && !lease.isLost) return lease;
    return this.end === this.pos && !pool.hasRoom(target) ? undefined : pool.tryLease(target);
  }

  private usualLeaseBytes(size: number): number {
    const grown = this.end === size ? Math.min(size * 4, USUAL_LEASE_BYTES) : size;
    return Math.max(grown, Math.min(this.longFrameBytes * 8, LARGEST_LEASE_BYTES));
  }

  /**
   * Lets the next read give the lease back if its frames are short; called now and then. Only a read can: until then the
   * transport holds the window, and writes into it.
   */
  rest(): void {
    this.longFrameBytes = 0;
  }

  /** Lets go of the lease while the transport may still write into its window: it is never lent again. */
  abandon(): void {
    if (this.lease) this.lease.isLost = true;
    this.release();
  }

  /** Gives back what is leased; unread bytes are lost. Only within a read, or when the transport is closed. */
  release(): void {
    const { lease, reserved } = this;
    this.lease = this.reserved = undefined;
    this.stop = 0;
    this.point(this.shared.bytes, this.shared.view, 0, 0);
    if (lease) this.pool.release(lease);
    if (reserved) this.pool.release(reserved);
  }

  /** Goes back from the memory of a message, with the header of another frame that was read there. */
  private leave(): void {
    const tail = this.bytes.slice(this.pos, this.end);
    this.release();
    this.point(tail, new DataView(tail.buffer), 0, tail.length);
  }

  private moveTail(to: Slab): void {
    const tail = this.bytes.subarray(this.pos, this.end);
    const from = this.lease;
    to.bytes.set(tail);
    this.copiedBytes += tail.length;
    this.lease = to;
    this.point(to.bytes, to.view, 0, tail.length);
    if (from && from !== to) this.pool.release(from);
  }

  private point(bytes: Uint8Array, view: DataView, pos: number, end: number): void {
    this.bytes = bytes;
    this.view = view;
    this.pos = pos;
    this.end = end;
  }
}
