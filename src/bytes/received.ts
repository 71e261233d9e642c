import type { Slab } from "./slab.js";

/** Where a link's received bytes are until they are parsed; a frame there is always in one piece. */
export interface Received {
  readonly bytes: Uint8Array;
  /** The same memory as `bytes`. */
  readonly view: DataView;
  /** Index into `bytes` of the first unread byte. */
  readonly pos: number;
  /** Index into `bytes` behind the last received byte. */
  readonly end: number;
  /** The slab that they are in, if that is leased. */
  readonly lease: Slab | undefined;
  /** Whether what lies here is never written to again. */
  readonly isStable: boolean;
  /** Whether somebody to whom a part of this memory was lent has transferred the whole elsewhere. */
  readonly isGone: boolean;
  /** Bytes that had to be moved to keep a frame in one piece. */
  readonly copiedBytes: number;
  /** The memory that a transport reads into next, if it can; then `filled` says how much it read. */
  window(): Uint8Array;
  filled(count: number): void;
  /** Takes bytes of a chunk that nobody writes to any more, from `offset` on; returns how many. */
  take(chunk: Uint8Array, offset: number): number;
  /** Moves past a frame of so many bytes. */
  passed(bytes: number): void;
  /** Lets the rest of the unread frame be read to where it belongs in `slab`, where that saves a copy. */
  divert(slab: Slab, at: number, headBytes: number, stop: number): void;
  /** Called now and then: the next read may give back what is held for long frames. */
  rest(): void;
  /** Lets go of the memory; unread bytes are lost. */
  release(): void;
}
