import type { Slab, SlabPool } from "../bytes/slab.js";

/** Room in front of the frames, for the head of a WebSocket message. */
export const HEAD_BYTES = 16;

const BINARY_MESSAGE = 0x82;

/**
 * Frames that many links send as they are: their memory goes back when all their sockets are done with it.
 *
 * ```
 *   |  room  | head of a WebSocket message |== frames, padded ==|
 *   start                                  start + HEAD_BYTES   end
 * ```
 */
export class SharedFrames {
  readonly bytes: Uint8Array;
  /** What flow control counts of all frames together. */
  readonly totalLength: number;
  /** The longest of them. */
  readonly longest: number;
  private holders = 1;
  private framed: Uint8Array | undefined;

  /** @param lengths what flow control counts of each frame. Takes over one hold of `slab`. */
  constructor(
    private readonly pool: SlabPool,
    private readonly slab: Slab,
    private readonly start: number,
    end: number,
    readonly lengths: readonly number[],
  ) {
    this.bytes = slab.bytes.subarray(start + HEAD_BYTES, end);
    this.totalLength = lengths.reduce((sum, length) => sum + length, 0);
    this.longest = Math.max(...lengths);
  }

  /** The frames as one WebSocket message of a server, whose bytes are not masked. */
  get message(): Uint8Array {
    return (this.framed ??= this.frame());
  }

  retain(): void {
    this.holders++;
  }

  /** Lets go of the memory; the last to do so gives it back. */
  readonly release = (): void => {
    if (--this.holders === 0) this.pool.release(this.slab);
  };

  private frame(): Uint8Array {
    const { bytes, view } = this.slab;
    const length = this.bytes.length;
    const headBytes = length < 126 ? 2 : length < 65536 ? 4 : 10;
    const at = this.start + HEAD_BYTES - headBytes;
    view.setUint8(at, BINARY_MESSAGE);
    view.setUint8(at + 1, headBytes === 2 ? length : headBytes === 4 ? 126 : 127);
    if (headBytes === 4) view.setUint16(at + 2, length);
    if (headBytes === 10) view.setBigUint64(at + 2, BigInt(length));
    return bytes.subarray(at, this.start + HEAD_BYTES + length);
  }
}
