import { Reader } from "../bytes/reader.js";
import type { Slab } from "../bytes/slab.js";
import * as Flag from "./flag.js";
import { HEADER_BYTES } from "./header.js";

const EMPTY = new Uint8Array(0);

/**
 * One record of the wire: numbers read from its header, and where its bytes are. It owns none of them:
 * a parser has one frame and points it at record after record, so it is borrowed until the next is parsed.
 */
export class Frame {
  /** Where ext and payload are; `reader.pos` and `reader.end` bound the payload. */
  readonly reader = new Reader(EMPTY);
  /** Whether the memory of the record is left as it is while its slab, if it has one, is retained. */
  isStable = false;
  /** The leased slab that holds the record. */
  slab: Slab | undefined = undefined;
  length = 0;
  /** What flow control counts: `length`, of all fragments together when it came in fragments. */
  wireBytes = 0;
  kind = 0;
  flags = 0;
  /** Length of the header extension in words of 8 bytes. */
  ext = 0;
  stream = 0;
  aux = 0;

  /** Whether the sender sends no more on this stream. */
  get isEnd(): boolean {
    return (this.flags & Flag.END) !== 0;
  }

  /** Whether more of the same message follows. */
  get isFragment(): boolean {
    return (this.flags & Flag.MORE) !== 0;
  }

  get payloadBytes(): number {
    return this.length - HEADER_BYTES - this.ext * 8;
  }

  /** Index of the header extension in `reader.bytes`. */
  get extStart(): number {
    return this.reader.end - this.length + HEADER_BYTES;
  }

  /** Points at the record whose header is at `at`. */
  locate(bytes: Uint8Array, view: DataView, at: number): void {
    const reader = this.reader;
    reader.bytes = bytes;
    reader.view = view;
    reader.pos = at + HEADER_BYTES + this.ext * 8;
    reader.end = at + this.length;
  }
}
