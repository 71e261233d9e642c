import type { Received } from "../bytes/received.js";
import { MillraceError } from "../error.js";
import { Frame } from "./frame.js";
import * as Flag from "./flag.js";
import * as header from "./header.js";

const KNOWN_FLAGS = Flag.END | Flag.MORE | Flag.IGNORABLE;

/**
 * Finds frames in a ring. It is in one of two states: Head, waiting for the 16 bytes of a header, or Body, waiting for
 * the rest of the frame whose header it has checked.
 */
export class Parser {
  /** Bytes that must be in the ring for the next step. */
  wanted = header.HEADER_BYTES;
  /** Longest frame to accept, in bytes without the pad. */
  maxFrameBytes: number;
  /** The one frame, pointed at record after record. */
  readonly frame = new Frame();
  private inBody = false;

  constructor(maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
  }

  /** The frame whose header was read and whose rest has not come; its bytes are not located. */
  get unfinished(): Frame | undefined {
    return this.inBody ? this.frame : undefined;
  }

  /**
   * The next whole frame, borrowed until the next call, or `undefined` when more bytes are needed.
   * Throws when the bytes cannot be a frame; the header alone decides, before anything is allocated for the body.
   */
  next(ring: Received): Frame | undefined {
    const available = ring.end - ring.pos;
    if (available < this.wanted) return undefined;
    if (!this.inBody) {
      this.readHead(ring.view, ring.pos);
      if (available < this.wanted) return undefined;
    }
    this.frame.locate(ring.bytes, ring.view, ring.pos);
    this.frame.slab = ring.lease;
    this.frame.isStable = ring.isStable;
    ring.passed(this.wanted);
    this.wanted = header.HEADER_BYTES;
    this.inBody = false;
    return this.frame;
  }

  private readHead(view: DataView, at: number): void {
    const frame = this.frame;
    frame.length = header.lengthAt(view, at);
    frame.wireBytes = frame.length;
    frame.kind = header.kindAt(view, at);
    frame.flags = header.flagsAt(view, at);
    frame.ext = header.extAt(view, at);
    frame.stream = header.streamAt(view, at);
    frame.aux = header.auxAt(view, at);
    if (frame.length > this.maxFrameBytes) throw tooLong(frame.length, this.maxFrameBytes);
    if (frame.length < header.HEADER_BYTES + frame.ext * 8) throw malformed("its length is below that of its header");
    if (header.zeroAt(view, at) !== 0) throw malformed("its reserved byte is not 0");
    if ((frame.flags & ~KNOWN_FLAGS) !== 0) throw malformed("it has flags that are not in use");
    this.wanted = header.padded(frame.length);
    this.inBody = true;
  }
}

function tooLong(length: number, limit: number): MillraceError {
  return new MillraceError(
    "resource_exhausted",
    `a frame of ${length} bytes is over the limit of ${limit}; is the peer speaking millrace?`,
  );
}

function malformed(what: string): MillraceError {
  return new MillraceError("invalid_argument", `a frame is malformed: ${what}; is the peer speaking millrace?`);
}
