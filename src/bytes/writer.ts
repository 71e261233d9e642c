/**
 * A cursor that encodes straight into a page.
 *
 * Writing past the end of `bytes` stores nothing but still moves `pos`, so that after encoding
 * `pos > bytes.length` says how large a page the message needs; the caller then encodes once more.
 */
export class Writer {
  /** The page being written, borrowed from whoever made the cursor. */
  bytes: Uint8Array;
  /** The same memory as `bytes`. */
  view: DataView;
  /** Index into `bytes` of the next byte to write. */
  pos: number;

  constructor(bytes: Uint8Array, pos = 0, view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)) {
    this.bytes = bytes;
    this.view = view;
    this.pos = pos;
  }

  /** Copies `bytes` as they are. */
  put(bytes: Uint8Array): void {
    const at = this.pos;
    this.pos = at + bytes.length;
    if (this.fits) this.bytes.set(bytes, at);
  }

  /** Whether all that was written did fit. */
  get fits(): boolean {
    return this.pos <= this.bytes.length;
  }
}
