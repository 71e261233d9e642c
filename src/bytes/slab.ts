import { MillraceError } from "../error.js";

const SMALLEST_BYTES = 16 * 1024;
const LARGEST_BYTES = 1024 * 1024;
const CLASSES = Math.log2(LARGEST_BYTES / SMALLEST_BYTES) + 1;

/** A large block of memory that bytes are received into or encoded into; leased from a pool, retained and released. */
export class Slab {
  readonly bytes: Uint8Array;
  /** The same memory as `bytes`. */
  readonly view: DataView;
  /** Length of `bytes` as it was made. */
  readonly size: number;
  /** How many hold it now. */
  holders = 0;
  /** How many of them are loans. */
  loans = 0;
  /** Whether somebody may still read it who no longer holds it: it is not lent again. */
  isLost = false;

  constructor(size: number) {
    this.size = size;
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Whether somebody to whom a part of it was lent has transferred the whole elsewhere. */
  get isGone(): boolean {
    return this.bytes.length < this.size;
  }
}

/**
 * Lends slabs of 16 KiB to 1 MiB in powers of two, and keeps what comes back for the next lease.
 * Larger slabs are made to measure and left to the garbage collector.
 */
export class SlabPool {
  /** Slabs on lease now: 0 when nothing is in flight. */
  leased = 0;
  /** Bytes of the slabs on lease now. */
  leasedBytes = 0;
  /** Bytes of the slabs that loans hold. */
  lentBytes = 0;
  /** Bytes kept for later leases. */
  idleBytes = 0;
  private readonly idle: Slab[][] = Array.from({ length: CLASSES }, () => []);

  /**
   * @param maxLeasedBytes the cap, from where on there is no room for messages that come in parts; `lease` never says no.
   * @param maxLentBytes when loans hold so many bytes of slabs, they may hold no more slabs, however little of each is read.
   * @param maxIdleBytes how many bytes to keep for later leases; what is over goes to the garbage collector.
   * @param protect called with the memory of each slab that is made, to keep those who are lent a part of it from
   * transferring the whole elsewhere.
   */
  constructor(
    readonly maxLeasedBytes = 512 * 1024 * 1024,
    private readonly maxLentBytes = 64 * 1024 * 1024,
    private readonly maxIdleBytes = 32 * 1024 * 1024,
    private readonly protect: (memory: ArrayBuffer) => void = () => {},
  ) {}

  /** Whether a slab of at least `minBytes` may be leased without having more than `maxLeasedBytes` on lease. */
  hasRoom(minBytes: number): boolean {
    return this.leasedBytes + sizeFor(minBytes) <= this.maxLeasedBytes;
  }

  /** A slab of at least `minBytes`, which may hold bytes of its former holder. Give it back with `release`. */
  lease(minBytes: number): Slab {
    const kind = classOf(minBytes);
    const slab = kind < CLASSES ? this.idle[kind].pop() : undefined;
    if (slab) this.idleBytes -= slab.size;
    return this.count(slab ?? this.make(sizeFor(minBytes)));
  }

  /** A slab for something that may be small and stay for long: of exactly so many bytes where a pooled one would be mostly empty. */
  leaseFor(bytes: number): Slab {
    return bytes < SMALLEST_BYTES / 2 ? this.count(this.make(bytes)) : this.lease(bytes);
  }

  /** Holds a slab that is on lease already, until `release`. */
  retain(slab: Slab): void {
    slab.holders++;
  }

  /** Whether a loan may hold `slab`; else what lies in it must be copied. */
  canLend(slab: Slab): boolean {
    return slab.loans > 0 || this.lentBytes < this.maxLentBytes;
  }

  /** Holds a leased slab for a loan, until `endLoan`. */
  lend(slab: Slab): void {
    slab.holders++;
    if (slab.loans++ === 0) this.lentBytes += slab.size;
  }

  /** Lets go of a slab that was lent. */
  endLoan(slab: Slab): void {
    if (--slab.loans === 0) this.lentBytes -= slab.size;
    this.release(slab);
  }

  /** Lets go of a slab. Throws `internal` when nobody held it any more. */
  release(slab: Slab): void {
    if (slab.holders === 0) throw new MillraceError("internal", "a slab was released twice");
    if (--slab.holders > 0) return;
    const { size } = slab;
    this.leased--;
    this.leasedBytes -= size;
    const isPooled = size >= SMALLEST_BYTES && size <= LARGEST_BYTES;
    if (isPooled && !slab.isLost && !slab.isGone && this.idleBytes + size <= this.maxIdleBytes) {
      this.idleBytes += size;
      this.idle[classOf(size)].push(slab);
    }
  }

  private count(slab: Slab): Slab {
    slab.holders = 1;
    this.leased++;
    this.leasedBytes += slab.size;
    return slab;
  }

  private make(size: number): Slab {
    const slab = new Slab(size);
    this.protect(slab.view.buffer as ArrayBuffer);
    return slab;
  }
}

/** The bytes of the slab that is leased for `minBytes`. */
function sizeFor(minBytes: number): number {
  const kind = classOf(minBytes);
  return kind < CLASSES ? SMALLEST_BYTES << kind : (minBytes + 7) & ~7;
}

/** The index of the smallest size class that holds `bytes`; `CLASSES` or more when none does. */
function classOf(bytes: number): number {
  return bytes <= SMALLEST_BYTES ? 0 : 32 - Math.clz32((bytes - 1) / SMALLEST_BYTES);
}
