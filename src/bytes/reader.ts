/** A required field that did not come with its message. */
export interface Lack {
  readonly message: object;
  readonly property: string;
  readonly number: number;
}

/** A message that ends where its end tag comes, which is not known before. */
export interface Group {
  readonly endTag: number;
  /** How deep its own fields are. */
  readonly depth: number;
  /** The position behind its end tag, or -1 while that has not come. */
  resume: number;
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
  /** The innermost group that is being read. */
  group: Group | undefined = undefined;
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
