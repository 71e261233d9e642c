import type { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import { FIRST_FRAME_BYTES, type Limits } from "./limits.js";
import { SLOT_MASK } from "./stream-table.js";

/** `aux` of a HELLO: the bytes "MLRC". */
export const MAGIC = 0x43524c4d;
const VERSION = 1;
/** Where the entries of a HELLO's payload start. */
export const HELLO_BYTES = 32;

/**
 * What each side says first. The payload, little-endian, with entries behind (see `services.ts`):
 *
 * ```
 * 0        2        4              8               12
 * | oldest | newest | capabilities | maxFrameBytes | maxMessageBytes
 * 16                  20                24                   28           32
 * | streamWindowBytes | linkWindowBytes | messageWindowBytes | maxStreams | entries …
 * ```
 *
 * `oldest` and `newest` are versions, the capabilities bits of `Capability`.
 */
export type Hello = Pick<
  Limits,
  "maxFrameBytes" | "maxMessageBytes" | "streamWindowBytes" | "linkWindowBytes" | "messageWindowBytes" | "maxStreams"
> & { readonly capabilities: number };

/** Bits for what both sides must know before it is used. */
export const Capability = {
  /** SUBSCRIBED, EVENT and GAP. */
  TOPICS: 1,
} as const;

/** Writes the payload of a HELLO. */
export function writeHello(writer: Writer, limits: Omit<Hello, "capabilities">): void {
  const { view, pos } = writer;
  view.setUint16(pos, VERSION, true);
  view.setUint16(pos + 2, VERSION, true);
  view.setUint32(pos + 4, Capability.TOPICS, true);
  view.setUint32(pos + 8, limits.maxFrameBytes, true);
  view.setUint32(pos + 12, limits.maxMessageBytes, true);
  view.setUint32(pos + 16, limits.streamWindowBytes, true);
  view.setUint32(pos + 20, limits.linkWindowBytes, true);
  view.setUint32(pos + 24, limits.messageWindowBytes, true);
  view.setUint32(pos + 28, limits.maxStreams, true);
  writer.pos = pos + HELLO_BYTES;
}

/** Reads the peer's HELLO. Throws `failed_precondition` when there is no version that both speak. */
export function readHello(frame: Frame): Hello {
  if (frame.aux !== MAGIC) throw new MillraceError("failed_precondition", "the peer does not speak millrace");
  if (frame.payloadBytes < HELLO_BYTES) throw new MillraceError("invalid_argument", "the peer's HELLO is too short");
  const { view, pos }: Reader = frame.reader;
  const oldest = view.getUint16(pos, true);
  const newest = view.getUint16(pos + 2, true);
  if (oldest > VERSION || newest < VERSION) {
    const theirs = oldest === newest ? `version ${oldest}` : `versions ${oldest} to ${newest}`;
    throw new MillraceError(
      "failed_precondition",
      `the peer speaks ${theirs} of the protocol, this side version ${VERSION}`,
    );
  }
  const hello = {
    maxFrameBytes: view.getUint32(pos + 8, true),
    maxMessageBytes: view.getUint32(pos + 12, true),
    streamWindowBytes: view.getUint32(pos + 16, true),
    linkWindowBytes: view.getUint32(pos + 20, true),
    messageWindowBytes: view.getUint32(pos + 24, true),
    maxStreams: Math.min(view.getUint32(pos + 28, true), SLOT_MASK),
  };
  const capabilities = view.getUint32(pos + 4, true);
  for (const [name, value] of Object.entries(hello)) {
    if (name === "maxStreams" || (value >= FIRST_FRAME_BYTES && value < 2 ** 31)) continue;
    throw new MillraceError(
      "invalid_argument",
      `the peer's ${name} of ${value} is not from ${FIRST_FRAME_BYTES} to 2^31`,
    );
  }
  return { ...hello, capabilities };
}
