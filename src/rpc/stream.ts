/**
 * Messages as they arrive. Leaving the loop early cancels the call, in a handler it drops what still comes.
 * In a handler, and where a call asks for it (`CallOptions.bytes`), the `bytes` in a message may be views that are valid
 * until the next one is asked for: copy what is to stay, or see `Call.retain`.
 */
export interface Stream<T> extends AsyncIterableIterator<T> {
  /** The same messages in groups, each all that is there: fewer turns for those who count every microsecond. */
  batches(): AsyncIterableIterator<T[]>;
}
