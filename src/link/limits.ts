import { MillraceError } from "../error.js";

/** The bounds of one link. Sizes are bytes; the defaults are `DEFAULT_LIMITS`. */
export interface Limits {
  /** Longest frame to accept: header, extension and payload. 16 KiB to 1 MiB. */
  readonly maxFrameBytes: number;
  /** Longest message to accept, in as many frames as it takes. */
  readonly maxMessageBytes: number;
  /** What a peer may send on one stream beyond what was consumed, at first. */
  readonly streamWindowBytes: number;
  /** Up to where a stream's window grows while its reader keeps up. */
  readonly maxStreamWindowBytes: number;
  /** What a peer may send on all streams together beyond what has reached them. */
  readonly linkWindowBytes: number;
  /** What a peer may send in one-way messages beyond what their handlers are done with. */
  readonly messageWindowBytes: number;
  /** What may wait here for its readers before the peer is held back. */
  readonly maxLinkBufferedBytes: number;
  /** Calls that a peer may have open at once on one link. */
  readonly maxStreams: number;
  /** What may wait for the socket; a send beyond it fails with `resource_exhausted`. */
  readonly maxUnsentBytes: number;
  /** Above so many waiting bytes, or half of `maxUnsentBytes`, `link.send()` returns `false`, and streams wait. */
  readonly highWaterBytes: number;
  /** Longest metadata of a call or an answer, to send and to accept: keys, values and 3 bytes for each. */
  readonly maxMetadataBytes: number;
  /** How long the peer may take for its HELLO, and before that for TLS and for the WebSocket's upgrade. */
  readonly handshakeTimeoutMs: number;
  /** How long the rest of a frame may take whose start has come; with `stallTimeoutMs` more, the next part of a message in several. */
  readonly frameTimeoutMs: number;
  /** How long the link's credit may be withheld before the stream that holds most unread is reset. */
  readonly stallTimeoutMs: number;
  /** How many connections a server lets be in their handshake at once; above it the oldest is closed. */
  readonly maxHandshakes: number;
  /** How often to ask a peer whether it is alive. */
  readonly pingIntervalMs: number;
  /** How long it may take to answer before the link is given up; and, when that closes, to take more of what is left to send. */
  readonly pingTimeoutMs: number;
  /** How many PINGs, RESETs and CREDITs and fragments of next to nothing, all together, a peer may send a second. */
  readonly maxControlFramesPerSecond: number;
}

/** The longest frame that may be sent before the peer's HELLO said what it accepts. */
export const FIRST_FRAME_BYTES = 16 * 1024;
/** So long a link that closes waits for a peer that gives no credit, and for the end of a connection on which all was sent. */
export const CLOSE_TIMEOUT_MS = 2_000;

export const DEFAULT_LIMITS: Limits = {
  maxFrameBytes: 256 * 1024,
  maxMessageBytes: 16 * 1024 * 1024,
  streamWindowBytes: 256 * 1024,
  maxStreamWindowBytes: 8 * 1024 * 1024,
  linkWindowBytes: 1024 * 1024,
  messageWindowBytes: 1024 * 1024,
  maxLinkBufferedBytes: 32 * 1024 * 1024,
  maxStreams: 16 * 1024,
  maxUnsentBytes: 16 * 1024 * 1024,
  highWaterBytes: 256 * 1024,
  maxMetadataBytes: 1024,
  handshakeTimeoutMs: 5_000,
  frameTimeoutMs: 30_000,
  stallTimeoutMs: 30_000,
  maxHandshakes: 4_096,
  pingIntervalMs: 15_000,
  pingTimeoutMs: 10_000,
  maxControlFramesPerSecond: 1_000,
};

const RANGES: { readonly [name in keyof Limits]: readonly [least: number, most: number] } = {
  maxFrameBytes: [FIRST_FRAME_BYTES, 1024 * 1024],
  maxMessageBytes: [FIRST_FRAME_BYTES, 2 ** 30],
  streamWindowBytes: [FIRST_FRAME_BYTES, 2 ** 30],
  maxStreamWindowBytes: [FIRST_FRAME_BYTES, 2 ** 30],
  linkWindowBytes: [FIRST_FRAME_BYTES, 2 ** 30],
  messageWindowBytes: [FIRST_FRAME_BYTES, 2 ** 30],
  maxLinkBufferedBytes: [FIRST_FRAME_BYTES, 2 ** 30],
  maxStreams: [1, 2 ** 20 - 1],
  maxUnsentBytes: [FIRST_FRAME_BYTES, 2 ** 32],
  highWaterBytes: [0, 2 ** 32],
  maxMetadataBytes: [0, 1920],
  handshakeTimeoutMs: [1, 2 ** 31 - 1],
  frameTimeoutMs: [1, 2 ** 31 - 1],
  stallTimeoutMs: [1, 2 ** 31 - 1],
  maxHandshakes: [1, 2 ** 20],
  pingIntervalMs: [1, 2 ** 31 - 1],
  pingTimeoutMs: [1, 2 ** 31 - 1],
  maxControlFramesPerSecond: [1, 2 ** 31 - 1],
};

/** `given` over the defaults. Throws `invalid_argument` for a limit that is unknown or out of range. */
export function checkLimits(given: Partial<Limits> = {}): Limits {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(RANGES, name)) throw new MillraceError("invalid_argument", `there is no limit called ${name}`);
    checkNumber(name, value, ...RANGES[name as keyof Limits]);
  }
  return { ...DEFAULT_LIMITS, ...given };
}

/** Throws `invalid_argument` when `value` is no whole number from `least` to `most`. */
export function checkNumber(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const detail = `${name} must be a whole number from ${least} to ${most}, not ${value}`;
  throw new MillraceError("invalid_argument", detail);
}
