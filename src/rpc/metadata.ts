import { readText, writeText } from "../bytes/text.js";
import { show } from "../codec/invalid.js";
import { MillraceError } from "../error.js";
import * as Entry from "../frame/entry.js";
import { findEntry } from "../frame/entries.js";
import type { Frame } from "../frame/frame.js";
import { padded } from "../frame/header.js";

/**
 * Small facts about a call or its answer, beside the messages: who calls, which tenant, how long it took. Keys are of
 * lower-case letters, digits and `. _ -`; values are printable ASCII, or bytes under a key that ends in `-bin`. A key whose
 * value is `undefined` is not sent. What has arrived is an object without prototype, so that no key is there but those
 * which were sent.
 */
export interface Metadata {
  readonly [key: string]: string | Uint8Array | undefined;
}

/** What a call without metadata has. */
export const NO_METADATA: Metadata = Object.freeze(Object.create(null) as Metadata);

const KEY = /^[0-9a-z._-]{1,255}$/;
/** What a value of metadata may be, where it is no bytes. */
export const METADATA_TEXT = /^[ -~]*$/;
/** An item's lengths: 1 byte for that of its key, 2 for that of its value. */
const ITEM_HEAD_BYTES = 3;
const ENTRY_HEAD_BYTES = 4;

/**
 * The entry for a header extension, padded; `undefined` when there is nothing to send. Throws `invalid_argument` for a
 * key or value that may not travel, `resource_exhausted` above `maxBytes`.
 */
export function encodeMetadata(metadata: Metadata, maxBytes: number): Uint8Array | undefined {
  const items: [key: string, value: string | Uint8Array][] = [];
  let size = 0;
  for (const [key, value] of Object.entries(metadata)) {
    if (value === undefined) continue;
    checkItem(key, value);
    items.push([key, value]);
    size += ITEM_HEAD_BYTES + key.length + value.length;
  }
  if (items.length === 0) return undefined;
  checkSize(size, maxBytes);
  const bytes = new Uint8Array(padded(ENTRY_HEAD_BYTES + size));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Entry.METADATA, true);
  view.setUint16(2, size, true);
  let at = ENTRY_HEAD_BYTES;
  for (const [key, value] of items) {
    bytes[at] = key.length;
    at = writeText(bytes, at + 1, key);
    view.setUint16(at, value.length, true);
    at = writeValue(bytes, at + 2, value);
  }
  return bytes;
}

/**
 * The metadata in a frame's extension; `NO_METADATA` without any. It owns its bytes. Throws `invalid_argument` when it is
 * malformed, `resource_exhausted` above `maxBytes`.
 */
export function readMetadata(frame: Frame, maxBytes: number): Metadata {
  let at = findEntry(frame, Entry.METADATA, 0);
  if (at < 0) return NO_METADATA;
  const { bytes, view } = frame.reader;
  const size = view.getUint16(at - 2, true);
  checkSize(size, maxBytes);
  const end = at + size;
  const metadata = Object.create(null) as { [key: string]: string | Uint8Array };
  while (at < end) {
    const keyEnd = at + 1 + bytes[at];
    const valueAt = keyEnd + 2;
    const valueEnd = valueAt <= end ? valueAt + view.getUint16(keyEnd, true) : Infinity;
    if (valueEnd > end) throw new MillraceError("invalid_argument", "metadata is cut off");
    const key = textIn(bytes, at + 1, keyEnd);
    if (key in metadata) throw new MillraceError("invalid_argument", `metadata has ${show(key)} twice`);
    const value = isBinary(key) ? new Uint8Array(bytes.subarray(valueAt, valueEnd)) : textIn(bytes, valueAt, valueEnd);
    checkItem(key, value);
    metadata[key] = value;
    at = valueEnd;
  }
  return metadata;
}

function writeValue(bytes: Uint8Array, at: number, value: string | Uint8Array): number {
  if (typeof value === "string") return writeText(bytes, at, value);
  bytes.set(value, at);
  return at + value.length;
}

function checkItem(key: string, value: unknown): void {
  if (!KEY.test(key)) {
    throw new MillraceError("invalid_argument", `metadata: ${show(key)} is no key: use a-z, 0-9, ".", "_" and "-"`);
  }
  if (isBinary(key)) {
    if (!(value instanceof Uint8Array)) throw badValue(key, 'a Uint8Array, as its key ends in "-bin"');
  } else if (typeof value !== "string" || !METADATA_TEXT.test(value)) {
    throw badValue(key, 'printable ASCII; put bytes under a key that ends in "-bin"');
  }
}

function checkSize(size: number, maxBytes: number): void {
  if (size <= maxBytes) return;
  throw new MillraceError("resource_exhausted", `metadata takes ${size} bytes, maxMetadataBytes is ${maxBytes}`);
}

const isBinary = (key: string): boolean => key.endsWith("-bin");

/** The value itself stays out of the message: it may be a secret. */
function badValue(key: string, expected: string): MillraceError {
  return new MillraceError("invalid_argument", `metadata: the value of ${show(key)} is not ${expected}`);
}

/** The text in `[start, end)`; what is no UTF-8 reads as a character that no text here may have. */
function textIn(bytes: Uint8Array, start: number, end: number): string {
  try {
    return readText(bytes, start, end);
  } catch {
    return "\ufffd";
  }
}
