import type { Slab } from "./slab.js";
import { Writer } from "./writer.js";

/** Where a cursor stands that nothing was claimed for, behind every page: what is written there is stored nowhere. */
const NOWHERE = 2 ** 30 - 2 ** 16;

/**
 * A leased slab that frames are encoded into, one behind the other, and sent from.
 *
 * ```
 *   |## handed to the socket ##|== committed ==|-- claimed … writer.pos --|   free   |
 *   0                          sent            end                                   size
 * ```
 */
export class Page {
  /** Writes into this page that the socket has not finished. */
  writing = 0;
  private readonly writer: Writer;
  private sent = 0;
  private end = 0;

  constructor(readonly slab: Slab) {
    this.writer = new Writer(slab.bytes, 0, slab.view);
  }

  /** Bytes committed and not yet handed to the socket. */
  get pending(): number {
    return this.end - this.sent;
  }

  /** Bytes that can still be claimed. */
  get room(): number {
    return this.slab.bytes.length - this.end;
  }

  /** Index of the claimed record in the slab. */
  get start(): number {
    return this.end;
  }

  /** Bytes written since the claim; more than `room` if they did not fit, 0 when the claim is over. */
  get claimed(): number {
    const { pos } = this.writer;
    return pos < NOWHERE ? pos - this.end : 0;
  }

  /** A cursor that stands `skip` bytes behind the committed ones. Without a commit the claim leaves no trace. */
  claim(skip: number): Writer {
    this.writer.pos = this.end + skip;
    return this.writer;
  }

  /** Makes the claimed bytes, padded with zeros to a multiple of 8, the next to be sent. */
  commit(): void {
    const padded = (this.writer.pos + 7) & ~7;
    this.slab.bytes.fill(0, this.writer.pos, padded);
    this.end = padded;
    this.unclaim();
  }

  /** Ends the claim: who goes on writing writes nowhere. */
  unclaim(): void {
    this.writer.pos = NOWHERE;
  }

  /** The committed bytes, borrowed for one write. */
  take(): Uint8Array {
    const bytes = this.slab.bytes.subarray(this.sent, this.end);
    this.sent = this.end;
    this.writing++;
    return bytes;
  }
}
