import type { Slab, SlabPool } from "../bytes/slab.js";
import { HEAD_BYTES, writeMessageHead } from "./message-head.js";

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
    const { length } = this.bytes;
    const end = this.start + HEAD_BYTES;
    return bytes.subarray(writeMessageHead(view, end, length, false), end + length);
  }
}
