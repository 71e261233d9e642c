import type { Slab, SlabPool } from "../bytes/slab.js";
import type { Codec } from "../codec/codec.js";
import type { Frame } from "../frame/frame.js";
import type { Connection } from "../link/connection.js";
import type { Runtime } from "../link/runtime.js";

/** Shorter frames are not lent: what is in them is copied in less time than a loan takes. */
const LEAST_LENT_BYTES = 256;

/** The memory that the views in a message lie in, held for whoever reads them. */
export class Loan {
  /** Called when the last holder has let go. */
  returned: (() => void) | undefined;
  private holders = 1;

  /** @param memory a slab of `pool`, or, in debug mode, what takes the memory away when the loan ends. */
  constructor(
    private readonly pool: SlabPool,
    private readonly memory: Slab | (() => void),
  ) {}

  /** Keeps the memory for one more holder, until another `release`. */
  retain(): void {
    this.holders++;
  }

  /** Lets go of the memory; the last to do so gives it back. */
  release(): void {
    if (--this.holders > 0) return;
    if (typeof this.memory === "function") this.memory();
    else this.pool.endLoan(this.memory);
    this.returned?.();
  }

  /** Lets go of memory that somebody may go on reading: it is never used for another message. */
  abandon(): void {
    if (typeof this.memory === "function") return;
    this.memory.isLost = true;
    this.release();
  }
}

/**
 * Keeps the memory of `loans`; the function returned lets go of it, once. In debug mode it is reported when that never
 * happens; `holder` says who forgot it.
 */
export function retain(loans: readonly Loan[], connection: Connection, holder: string): () => void {
  for (const loan of loans) loan.retain();
  const release = releaseOnce([...loans]);
  const debug = loans.length > 0 ? connection.runtime.debug : undefined;
  return debug?.watch(release, connection, holder, new Error("it was retained here")) ?? release;
}

/** A function that lets go of `loans` when it is called first. */
export function releaseOnce(loans: Loan[]): () => void {
  return () => {
    for (const loan of loans.splice(0)) loan.release();
  };
}

/** A message, and the loan its views depend on, if it has any. */
export interface Lent<T> {
  readonly message: T;
  readonly loan: Loan | undefined;
}

/** Decodes the message in `frame` with views instead of copies where its memory can be held. Throws as the codec does. */
export function decodeLent<T>(codec: Codec<T>, frame: Frame, runtime: Runtime): Lent<T> {
  const { reader, slab } = frame;
  const { slabs, debug } = runtime;
  if (debug) {
    const { message, detach } = debug.decode(codec, reader);
    return { message, loan: detach && new Loan(slabs, detach) };
  }
  if (!canLend(frame, runtime)) return { message: codec.decode(reader), loan: undefined };
  reader.mayBorrow = true;
  reader.hasBorrowed = false;
  try {
    const message = codec.decode(reader);
    if (!reader.hasBorrowed || !slab) return { message, loan: undefined };
    slabs.lend(slab);
    return { message, loan: new Loan(slabs, slab) };
  } finally {
    reader.mayBorrow = false;
  }
}

/**
 * Whether what is in `frame` may be lent: its memory stays as it is, and is either counted by the pool or, when the
 * transport made it, filled by the frame at least by half, so that little is pinned beside it. All in debug mode.
 */
export function canLend({ isStable, slab, length, reader }: Frame, { slabs, debug }: Runtime): boolean {
  if (debug) return true;
  if (!isStable || length < LEAST_LENT_BYTES) return false;
  return slab ? slabs.canLend(slab) : length * 2 >= reader.bytes.buffer.byteLength;
}
