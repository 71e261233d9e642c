import { Reader } from "../bytes/reader.js";
import { NO_BYTES } from "./block.js";
import { skipField } from "./skip.js";
import { UNKNOWN, type WithUnknown } from "./unknown.js";
import { readTag } from "./varint.js";

/** The unknown fields of a message that have this number, encoded. */
export function fieldsOf(message: WithUnknown, number: number): Uint8Array {
  return pick(message, number, true);
}

/** Puts `fields`, encoded, in the place of a message's unknown fields that have this number. */
export function replaceFields(message: WithUnknown, number: number, fields: Uint8Array): void {
  const bytes = joined([pick(message, number, false), fields]);
  if (bytes.length > 0) message[UNKNOWN] = bytes;
  else delete message[UNKNOWN];
}

/** The unknown fields with this number, or all others. */
function pick(message: WithUnknown, number: number, isWanted: boolean): Uint8Array {
  const bytes = message[UNKNOWN];
  if (bytes === undefined) return NO_BYTES;
  const r = new Reader(bytes);
  const found: Uint8Array[] = [];
  while (r.pos < r.end) {
    const start = r.pos;
    const tag = readTag(r);
    skipField(r, tag, r.end);
    if ((tag >>> 3 === number) === isWanted) found.push(bytes.subarray(start, r.pos));
  }
  return joined(found);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let pos = 0;
  for (const part of parts) {
    bytes.set(part, pos);
    pos += part.length;
  }
  return bytes;
}
