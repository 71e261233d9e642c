/** A cursor over borrowed bytes: `[pos, end)` of `bytes` is what is left to read. */
export class Reader {
  bytes: Uint8Array;
  /** The same memory as `bytes`. */
  view: DataView;
  pos: number;
  end: number;

  constructor(bytes: Uint8Array, pos = 0, end = bytes.length) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.pos = pos;
    this.end = end;
  }
}
