import { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { NO_BYTES } from "./block.js";
import type { Codec } from "./codec.js";
import { messageCodec } from "./message.js";
import { fromItem, toItem } from "./message-set.js";
import { skipField } from "./skip.js";
import { UNKNOWN, type WithUnknown } from "./unknown.js";
import { readTag } from "./varint.js";

// Extensions: fields that are declared outside of their message. A message has them among the fields that its own schema
// does not know, so that nothing need be known of them to decode it; here they are found there, and put there.

/** One extension, as the generator makes it: what `getExtension` and `setExtension` take. `T` includes `undefined` where nothing may be there. */
export interface Extension<M extends WithUnknown, T> {
  /** Full name in the schema, `package.name` or `package.Message.name`. */
  readonly name: string;
  /** The field number that it has in its message. */
  readonly number: number;
  /** The message that it extends. */
  readonly extendee: Codec<M>;
  /** Whether that has `message_set_wire_format`. */
  readonly isInMessageSet: boolean;
  /** Decodes fields of this number; without any, gives the default value, an empty list or `undefined`. */
  read(fields: Uint8Array): T;
  /** Encodes a value as fields of this number. */
  write(value: T): Uint8Array;
  /** Whether fields of this number hold a value, and not only what the schema does not know. */
  holds(fields: Uint8Array): boolean;
}

/** A message that has one field, the extension. */
export interface Held<T> extends WithUnknown {
  value: T;
}

/** Makes an extension of what the generator writes for a message with this one field. */
export function extension<M extends WithUnknown, T>(
  name: string,
  number: number,
  extendee: Codec<M>,
  write: (w: Writer, m: Partial<Held<T>>) => void,
  read: (r: Reader, end: number, m?: Held<T>) => Held<T>,
): Extension<M, T> {
  const codec = messageCodec<Held<T>>(name, 0, () => read(new Reader(NO_BYTES), 0), write, read);
  return {
    name,
    number,
    extendee,
    isInMessageSet: false,
    read: (fields) => codec.fromBytes(fields).value,
    write: (value) => codec.toBytes({ value }),
    holds: (fields) => {
      const { value } = codec.fromBytes(fields);
      return Array.isArray(value) ? value.length > 0 : value !== undefined;
    },
  };
}

/** The same extension, which is `value` where nothing was set. */
export function withDefault<M extends WithUnknown, T>(
  undefaulted: Extension<M, T | undefined>,
  value: T,
): Extension<M, T> {
  return { ...undefaulted, read: (fields) => undefaulted.read(fields) ?? value };
}

/** The same extension, of a message with `message_set_wire_format`; its codec has the value as field 1. */
export function inMessageSet<M extends WithUnknown, T>(plain: Extension<M, T>): Extension<M, T> {
  return { ...plain, isInMessageSet: true };
}

/**
 * The value of an extension; when it is not set, its default value, an empty list, or `undefined`.
 * The value is a copy: to change it in the message, set it again. Throws `invalid_argument` when its bytes are malformed.
 */
export function getExtension<M extends WithUnknown, T>(message: Readonly<Partial<M>>, ext: Extension<M, T>): T {
  return ext.read(joined(split(message, ext).own));
}

/** Whether an extension is set; a list is when it has items. Throws as `getExtension` does. */
export function hasExtension<M extends WithUnknown>(
  message: Readonly<Partial<M>>,
  ext: Extension<M, unknown>,
): boolean {
  return ext.holds(joined(split(message, ext).own));
}

/** Sets an extension, or clears it if `value` is `undefined`. Throws `invalid_argument` for a value that it cannot hold. */
export function setExtension<M extends WithUnknown, T>(message: M, ext: Extension<M, T>, value: T): void {
  const field = ext.write(value);
  const isItem = ext.isInMessageSet && field.length > 0;
  keep(message, [...split(message, ext).others, isItem ? toItem(field, ext.number) : field]);
}

/** Removes an extension from a message. */
export function clearExtension<M extends WithUnknown>(message: M, ext: Extension<M, unknown>): void {
  keep(message, split(message, ext).others);
}

function keep(message: WithUnknown, fields: readonly Uint8Array[]): void {
  const bytes = joined(fields);
  if (bytes.length > 0) message[UNKNOWN] = bytes;
  else delete message[UNKNOWN];
}

interface Split {
  /** The fields that are the extension, as its codec takes them. */
  readonly own: Uint8Array[];
  /** All other fields that the schema does not know, as they are. */
  readonly others: Uint8Array[];
}

function split<M extends WithUnknown>(message: WithUnknown, { number, isInMessageSet }: Extension<M, unknown>): Split {
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
