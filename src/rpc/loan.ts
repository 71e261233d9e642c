import { Reader } from "../bytes/reader.js";
import type { Slab, SlabPool } from "../bytes/slab.js";
import type { Codec } from "../codec/codec.js";
import type { Frame } from "../frame/frame.js";
import type { Runtime } from "../link/runtime.js";

/**
 * The memory that the views in a message lie in, held for a handler until it settles.
 *
 * In debug mode each message has a buffer of its own, which is detached when the loan ends: a view that is used too
 * late then has length 0, and our readers throw.
 */
export class Loan {
  private holders = 1;

  constructor(
    private readonly pool: SlabPool,
    private readonly memory: Slab | ArrayBuffer,
  ) {}

  /** Keeps the memory for one more holder; the function returned lets go of it, once. */
  retain(): () => void {
    this.holders++;
    let isReleased = false;
    return () => {
      if (!isReleased) this.release();
      isReleased = true;
    };
  }

  /** Lets go of the memory; the last to do so gives it back. */
  release(): void {
    if (--this.holders > 0) return;
    if (this.memory instanceof ArrayBuffer) structuredClone(this.memory, { transfer: [this.memory] });
    else this.pool.release(this.memory);
  }

  /** Lets go of memory that somebody may go on reading: it is never used for another message. */
  abandon(): void {
    if (this.memory instanceof ArrayBuffer) return;
    this.memory.isLost = true;
    this.release();
  }
}

/** A message, and the loan its views depend on, if it has any. */
export interface Lent<T> {
  readonly message: T;
  readonly loan: Loan | undefined;
}

/** Decodes the message in `frame` with views instead of copies where its memory can be held. Throws as the codec does. */
export function decodeLent<T>(codec: Codec<T>, frame: Frame, { slabs, isDebugging }: Runtime): Lent<T> {
  const { reader, slab } = frame;
  if (isDebugging) return decodeDetachable(codec, frame, slabs);
  if (!frame.isStable) return { message: codec.decode(reader), loan: undefined };
  reader.mayBorrow = true;
  reader.hasBorrowed = false;
  try {
    const message = codec.decode(reader);
    if (!reader.hasBorrowed || !slab) return { message, loan: undefined };
    slabs.retain(slab);
    return { message, loan: new Loan(slabs, slab) };
  } finally {
    reader.mayBorrow = false;
  }
}

function decodeDetachable<T>(codec: Codec<T>, { reader }: Frame, slabs: SlabPool): Lent<T> {
  const own = reader.bytes.slice(reader.pos, reader.end);
  const detachable = new Reader(own);
  detachable.mayBorrow = true;
  const message = codec.decode(detachable);
  return { message, loan: detachable.hasBorrowed ? new Loan(slabs, own.buffer) : undefined };
}
