import { readLooseText } from "../bytes/text.js";
import type { Writer } from "../bytes/writer.js";
import { codeOf, type ErrorDetail, MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import { padded } from "../frame/header.js";

/**
 * Why a call or a link failed: the payload of a RESET, and of a DATA with a status. Where the next part starts is
 * counted from the payload's start.
 *
 * ```
 * 0      2                      multiple of 8
 * | size | text, UTF-8 … | pad | type id (4) | size (4) | detail … | pad | type id (4) | …
 * ```
 */
const MAX_TEXT_BYTES = 1024;
/** All details of an error, with their heads and pads. */
export const MAX_DETAIL_BYTES = 8 * 1024;
const DETAIL_HEAD_BYTES = 8;

const encoder = /* @__PURE__ */ new TextEncoder();

/** What `details` take on the wire; above `MAX_DETAIL_BYTES` they do not travel. */
export function sizeOfDetails(details: readonly ErrorDetail[]): number {
  return details.reduce((sum, { bytes }) => sum + DETAIL_HEAD_BYTES + padded(bytes.length), 0);
}

/** Writes text and details of an error. Text is cut to 1,024 bytes; details that are too large are left out. */
export function writeReason(writer: Writer, error: MillraceError): void {
  const size = sizeOfDetails(error.details);
  const details = size > MAX_DETAIL_BYTES ? [] : error.details;
  const payload = new Uint8Array(padded(2 + MAX_TEXT_BYTES) + size);
  const { written } = encoder.encodeInto(error.text, payload.subarray(2, 2 + MAX_TEXT_BYTES));
  const view = new DataView(payload.buffer);
  view.setUint16(0, written, true);
  let end = 2 + written;
  for (const { typeId, bytes } of details) {
    const at = padded(end);
    view.setUint32(at, typeId, true);
    view.setUint32(at + 4, bytes.length, true);
    payload.set(bytes, at + DETAIL_HEAD_BYTES);
    end = at + DETAIL_HEAD_BYTES + bytes.length;
  }
  writer.put(payload.subarray(0, end));
}

/**
 * Reads what `writeReason` wrote, whose status is the frame's `aux`. It never fails, since there is nobody to tell:
 * bytes that are no UTF-8 read as U+FFFD, and details end where they are malformed.
 */
export function readReason(frame: Frame): MillraceError {
  const { bytes, view, pos, end } = frame.reader;
  const size = end - pos < 2 ? 0 : Math.min(view.getUint16(pos, true), MAX_TEXT_BYTES, end - pos - 2);
  const text = readLooseText(bytes, pos + 2, pos + 2 + size);
  const rest = bytes.subarray(Math.min(end, pos + padded(2 + size)), end);
  return new MillraceError(codeOf(frame.aux), text, { details: readDetails(rest) });
}

function readDetails(borrowed: Uint8Array): ErrorDetail[] {
  const bytes = new Uint8Array(borrowed.subarray(0, MAX_DETAIL_BYTES));
  const view = new DataView(bytes.buffer);
  const details: ErrorDetail[] = [];
  for (let at = 0; at + DETAIL_HEAD_BYTES <= bytes.length; ) {
    const start = at + DETAIL_HEAD_BYTES;
    const end = start + view.getUint32(at + 4, true);
    if (end > bytes.length) break;
    details.push({ typeId: view.getUint32(at, true), bytes: bytes.subarray(start, end) });
    at = padded(end);
  }
  return details;
}
