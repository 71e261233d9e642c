import { Reader } from "../bytes/reader.js";
import { Writer } from "../bytes/writer.js";
import { NO_BYTES, readBytes, writeBytes } from "./block.js";
import { setBudget } from "./budget.js";
import { skipField } from "./skip.js";
import { readTag, readVarint, writeTag, writeVarint } from "./varint.js";

// A message with `message_set_wire_format`, which is older than extensions, has each of them as an item: a group 1 with the
// number of the extension as its field 2 and the message as its field 3.

const ITEM = 0x0b;
const TYPE_ID = 0x10;
const MESSAGE = 0x1a;
const ITEM_END = 0x0c;
/** Under this tag, the message is what an extension's codec reads and writes. */
const VALUE = 0x0a;
/** What the tags, numbers and lengths around a message take at most. */
const AROUND_BYTES = 16;

/** The message in an item as a field 1, when it is of the extension `number`; `field` is any whole field, checked before. */
export function fromItem(field: Uint8Array, number: number): Uint8Array | undefined {
  const r = new Reader(field);
  if (readTag(r) !== ITEM) return undefined;
  setBudget(r);
  r.mayBorrow = true;
  let id = 0;
  let message = NO_BYTES;
  for (let tag = readTag(r); tag !== ITEM_END; tag = readTag(r)) {
    if (tag === TYPE_ID) id = readVarint(r);
    else if (tag === MESSAGE) message = readBytes(r, r.end);
    else skipField(r, tag, r.end);
  }
  return id === number ? encoded(message.length, (w) => writeBytes(w, VALUE, message)) : undefined;
}

/** The item of the extension `number` whose message is in `value`, a field 1. */
export function toItem(value: Uint8Array, number: number): Uint8Array {
  const r = new Reader(value);
  setBudget(r);
  r.mayBorrow = true;
  readTag(r);
  const message = readBytes(r, r.end);
  return encoded(message.length, (w) => {
    writeTag(w, ITEM);
    writeTag(w, TYPE_ID);
    w.pos = writeVarint(w.bytes, w.pos, number);
    writeBytes(w, MESSAGE, message);
    writeTag(w, ITEM_END);
  });
}

function encoded(length: number, write: (w: Writer) => void): Uint8Array {
  const w = new Writer(new Uint8Array(length + AROUND_BYTES));
  write(w);
  return w.bytes.slice(0, w.pos);
}
