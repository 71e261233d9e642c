import type { Slab, SlabPool } from "../bytes/slab.js";
import { MillraceError } from "../error.js";
import { Frame } from "../frame/frame.js";
import { HEADER_BYTES } from "../frame/header.js";

/**
 * One message that comes in fragments, put together in memory of its own. The first fragment says how long the whole
 * will be; the result looks like a frame that came in one piece. A fragment is copied to its place; of a very long message,
 * only what was read together with its header is, and the rest read there.
 *
 * ```
 *   | no header | ext of the first | payload 1 | payload 2 | ····· |
 *   0           16                                         filled   end
 * ```
 */
export class Assembly {
  /** The whole message; its bytes are there when `add` has returned `true`. */
  readonly frame = new Frame();
  /** Bytes of memory held. */
  readonly bytes: number;
  /** Bytes of fragments that were read elsewhere. */
  copiedBytes = 0;
  readonly slab: Slab;
  /** Where in the slab the next fragment belongs. */
  filled: number;

  /**
   * @param first the first fragment.
   * @param payloadBytes of the whole message.
   * @param isInPlace whether the rest of its fragments is read to their places.
   */
  constructor(
    first: Frame,
    payloadBytes: number,
    readonly isInPlace: boolean,
    private readonly pool: SlabPool,
  ) {
    const extBytes = first.ext * 8;
    this.filled = HEADER_BYTES + extBytes;
    this.bytes = this.filled + payloadBytes;
    this.slab = pool.lease(this.bytes);
    this.slab.bytes.set(first.reader.bytes.subarray(first.extStart, first.extStart + extBytes), HEADER_BYTES);
    const { frame } = this;
    frame.kind = first.kind;
    frame.ext = first.ext;
    frame.stream = first.stream;
    frame.aux = first.aux;
    frame.length = this.bytes;
    frame.wireBytes = 0;
    frame.locate(this.slab.bytes, this.slab.view, 0);
    frame.slab = this.slab;
    frame.isStable = true;
  }

  /** Bytes of payload that are still to come. */
  get missingBytes(): number {
    return this.bytes - this.filled;
  }

  /** Takes in the next fragment, the first included; returns whether the message is complete. Throws when it overflows. */
  add(fragment: Frame): boolean {
    const { bytes, pos, end } = fragment.reader;
    if (this.filled + end - pos > this.bytes) throw wrongSize("longer");
    if (bytes !== this.slab.bytes) this.copy(bytes, pos, end);
    this.filled += end - pos;
    this.frame.wireBytes += fragment.wireBytes;
    if (fragment.isFragment) return false;
    if (this.filled < this.bytes) throw wrongSize("shorter");
    this.frame.flags = fragment.flags;
    this.frame.aux = fragment.kind === this.frame.kind ? fragment.aux : this.frame.aux;
    return true;
  }

  private copy(bytes: Uint8Array, pos: number, end: number): void {
    this.slab.bytes.set(bytes.subarray(pos, end), this.filled);
    this.copiedBytes += end - pos;
  }

  release(): void {
    this.pool.release(this.slab);
  }
}

function wrongSize(how: string): MillraceError {
  return new MillraceError("invalid_argument", `the fragments of a message are ${how} than the first one said`);
}
