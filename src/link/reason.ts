import type { Writer } from "../bytes/writer.js";
import type { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";

/** What of an error's message travels; the rest is cut off. */
const MAX_REASON_BYTES = 1024;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Writes the message of an error, in UTF-8: the payload of a RESET, or of a DATA with a status. */
export function writeReason(writer: Writer, error: MillraceError): void {
  const room = writer.bytes.subarray(writer.pos, writer.pos + MAX_REASON_BYTES);
  writer.pos += encoder.encodeInto(error.detail, room).written;
}

/** Reads what `writeReason` wrote; bytes that are no UTF-8 read as U+FFFD. */
export function readReason(frame: Frame): string {
  const { bytes, pos, end } = frame.reader;
  return decoder.decode(bytes.subarray(pos, Math.min(end, pos + MAX_REASON_BYTES)));
}
