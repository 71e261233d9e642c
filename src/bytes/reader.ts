/** A required field that did not come with its message. */
export interface Lack {
  readonly message: object;
  readonly property: string;
  readonly number: number;
}

/** A cursor over borrowed bytes: `[pos, end)` of `bytes` is what is left to read. */
export class Reader {
  bytes: Uint8Array;
  pos: number;
  end: number;
  /** How many messages and groups are open around `pos`; whoever starts a message sets it back to 0. */
  depth = 0;
  /** Bytes of heap that what is decoded may still take; whoever starts a message sets it. */
  budget = 0;
  /** Whether `bytes` fields may be views of what is read; else they are copied. */
  mayBorrow = false;
  /** Whether a view was handed out since this was last set to `false`. */
  hasBorrowed = false;
  /** Bytes that were copied because they could not be views. */
  copiedBytes = 0;
  /** The field tag read last: what an error message names. */
  tag = 0;
  /** The tag that ends the group which is being read, and how deep that group's own fields are; 0 outside of groups. */
  endTag = 0;
  groupDepth = 0;
  /** Where to read on behind a group that has ended. */
  resume = -1;
  /** Required fields that a message did not have when it was read; it may come in several pieces. */
  lacking: Lack[] | undefined = undefined;
  #view: DataView | undefined;

  constructor(bytes: Uint8Array, pos = 0, end = bytes.length) {
    this.bytes = bytes;
    this.pos = pos;
    this.end = end;
  }

  /** The same memory as `bytes`; made when first asked for, since most messages hold nothing that needs it. */
  get view(): DataView {
    return (this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength));
  }

  /** Whoever sets `bytes` sets `view` too. */
  set view(view: DataView) {
    this.#view = view;
  }
}
