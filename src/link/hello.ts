import type { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import { FIRST_FRAME_BYTES, type Limits } from "./limits.js";

/** `aux` of a HELLO: the bytes "MLRC". */
export const MAGIC = 0x43524c4d;
const VERSION = 1;
const HELLO_BYTES = 16;

/**
 * What each side says first. The payload, little-endian; a longer one is from a newer peer and its rest is ignored:
 *
 * ```
 * 0            2            4               8                    12           16
 * | oldest     | newest     | maxFrameBytes | streamWindowBytes  | maxStreams |
 * | version    | version    |               |                    |            |
 * ```
 */
export type Hello = Pick<Limits, "maxFrameBytes" | "streamWindowBytes" | "maxStreams">;

/** Writes the payload of a HELLO. */
export function writeHello(writer: Writer, limits: Hello): void {
  const { view, pos } = writer;
  view.setUint16(pos, VERSION, true);
  view.setUint16(pos + 2, VERSION, true);
  view.setUint32(pos + 4, limits.maxFrameBytes, true);
  view.setUint32(pos + 8, limits.streamWindowBytes, true);
  view.setUint32(pos + 12, limits.maxStreams, true);
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
  const maxFrameBytes = view.getUint32(pos + 4, true);
  if (maxFrameBytes < FIRST_FRAME_BYTES) {
    throw new MillraceError(
      "invalid_argument",
      `the peer's maxFrameBytes ${maxFrameBytes} is below ${FIRST_FRAME_BYTES}`,
    );
  }
  return {
    maxFrameBytes,
    streamWindowBytes: view.getUint32(pos + 8, true),
    maxStreams: view.getUint32(pos + 12, true),
  };
}
