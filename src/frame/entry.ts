// The types of the entries in a header's extension; see `entries.ts`.

/** Milliseconds left until the deadline, 32 bits. */
export const DEADLINE = 1;
export const METADATA = 2;
/** Payload bytes of the whole message, 32 bits, on the first fragment of one. */
export const SIZE = 3;
export const TRACE = 4;
/** Milliseconds for which the peer is not to come back, 32 bits. */
export const RETRY_AFTER = 5;
/** Where a subscription starts: epoch and offset, 64 bits each. */
export const FROM = 6;
