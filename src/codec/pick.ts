import { Reader } from "../bytes/reader.js";
import { NO_BYTES } from "./block.js";
import { fromItem, toItem } from "./message-set.js";
import { skipField } from "./skip.js";
import { UNKNOWN, type WithUnknown } from "./unknown.js";
import { readTag } from "./varint.js";

// The fields of an extension, which a message has among those that its schema does not know.

/** Where a message has an extension. */
export interface Slot {
  /** The field number that it has in its message. */
  readonly number: number;
  /** Whether the message has `message_set_wire_format`. */
  readonly isInMessageSet: boolean;
}

/** The fields of an extension, encoded as its codec takes them. */
export function pickFields(message: WithUnknown, slot: Slot): Uint8Array {
  return joined(split(message, slot).own);
}

/** Puts `fields`, as the extension's codec gives them, in the place of those that the message has. */
export function replaceFields(message: WithUnknown, slot: Slot, fields: Uint8Array): void {
  const isItem = slot.isInMessageSet && fields.length > 0;
  const bytes = joined([...split(message, slot).others, isItem ? toItem(fields, slot.number) : fields]);
  if (bytes.length > 0) message[UNKNOWN] = bytes;
  else delete message[UNKNOWN];
}

interface Split {
  /** The fields that are the extension, as its codec takes them. */
  readonly own: Uint8Array[];
  /** All other fields that the schema does not know, as they are. */
  readonly others: Uint8Array[];
}

function split(message: WithUnknown, { number, isInMessageSet }: Slot): Split {
  const found: Split = { own: [], others: [] };
  const r = new Reader(message[UNKNOWN] ?? NO_BYTES);
  while (r.pos < r.end) {
    const start = r.pos;
    const tag = readTag(r);
    skipField(r, tag, r.end);
    const field = r.bytes.subarray(start, r.pos);
    const own = isInMessageSet ? fromItem(field, number) : tag >>> 3 === number ? field : undefined;
    if (own === undefined) found.others.push(field);
    else found.own.push(own);
  }
  return found;
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
