import type { Received } from "./received.js";

const NOTHING = new Uint8Array(0);

/**
 * The chunks that a transport brings in memory of their own, as a browser's WebSocket does: frames are read where they are,
 * and one that lies across chunks is put together in memory of its length.
 */
export class Chunks implements Received {
  bytes: Uint8Array = NOTHING;
  view: DataView = new DataView(NOTHING.buffer);
  pos = 0;
  end = 0;
  copiedBytes = 0;
  private wanted = 0;
  readonly lease = undefined;
  readonly isStable = true;

  get isGone(): boolean {
    return this.end > this.bytes.length;
  }

  window(): Uint8Array {
    return NOTHING;
  }

  filled(): void {}

  take(chunk: Uint8Array, offset: number): number {
    const waiting = this.end - this.pos;
    if (waiting === 0) {
      this.point(chunk, offset, chunk.length);
      return chunk.length - offset;
    }
    const count = Math.min(this.wanted - waiting, chunk.length - offset);
    this.bytes.set(chunk.subarray(offset, offset + count), this.end);
    this.end += count;
    this.copiedBytes += count;
    return count;
  }

  passed(bytes: number): void {
    this.pos += bytes;
  }

  divert(): void {}

  /** Ends a read: keeps the start of a frame of `wanted` bytes. */
  keep(wanted: number): void {
    const tail = this.bytes.subarray(this.pos, this.end);
    if (tail.length === 0) this.release();
    else if (this.pos > 0 || this.bytes.length < wanted) this.gather(tail, wanted);
    this.wanted = wanted;
  }

  rest(): void {}

  release(): void {
    this.point(NOTHING, 0, 0);
  }

  private gather(tail: Uint8Array, wanted: number): void {
    const bytes = new Uint8Array(wanted);
    bytes.set(tail);
    this.copiedBytes += tail.length;
    this.point(bytes, 0, tail.length);
  }

  private point(bytes: Uint8Array, pos: number, end: number): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.pos = pos;
    this.end = end;
  }
}
