// Bits of a header's flags byte; the others are reserved and must be 0.

/** The sender sends no more on this stream. */
export const END = 1;
/** More of the same message follows in the next frame of this stream. */
export const MORE = 2;
/** A receiver that does not know the kind skips the frame. */
export const IGNORABLE = 8;
