/** The required fields that messages did not have when they were read; one may come in several pieces. */
export interface Lacking {
  /** What the notes about them take. */
  readonly heapBytes: number;
  note(message: object, property: string, number: number): void;
  /** Throws `invalid_argument` when a message in `whole`, which was read to its end, still lacks one. */
  judge(whole: object): void;
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
  /** What is missing so far; made by the first that is. */
  lacking: Lacking | undefined = undefined;
  /** For each large map with numbers as keys, how many of its keys lie in each part of its hash table. */
  crowds: Map<object, Uint32Array> | undefined = undefined;
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
