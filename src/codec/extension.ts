import type { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { NO_BYTES } from "./block.js";
import type { Codec, MessageCodec } from "./codec.js";
import type { JsonExtension } from "./json/context.js";
import type { JsonField } from "./json/field.js";
import { messageCodec } from "./message.js";
import { pickFields, replaceFields } from "./pick.js";
import type { WithUnknown } from "./unknown.js";

// Extensions: fields that are declared outside of their message. A message has them among the fields that its own schema
// does not know, so that nothing need be known of them to decode it; here they are found there, and put there.

/** One extension, as the generator makes it: what `getExtension` and `setExtension` take. `T` includes `undefined` where nothing may be there. */
export interface Extension<M extends WithUnknown, T> extends JsonExtension {
  /** Full name in the schema, `package.name` or `package.Message.name`. */
  readonly name: string;
  /** The message that it extends. */
  readonly extendee: Codec<M>;
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

/** Makes an extension of what the generator writes for a message with this one field, which JSON calls `[package.name]`. */
export function extension<M extends WithUnknown, T>(
  name: string,
  number: number,
  extendee: Codec<M>,
  write: (w: Writer, m: Partial<Held<T>>) => void,
  read: (r: Reader, end: number, m?: Held<T>) => Held<T>,
  fields: () => readonly JsonField[],
): Extension<M, T> {
  const make = (): Held<T> => codec.fromBytes(NO_BYTES);
  const codec: MessageCodec<Held<T>> = messageCodec(name, 0, make, write, read, fields);
  return {
    name,
    number,
    extendee,
    isInMessageSet: false,
    read: (bytes) => codec.fromBytes(bytes).value,
    write: (value) => codec.toBytes({ value }),
    holds: (bytes) => {
      const { value } = codec.fromBytes(bytes);
      return Array.isArray(value) ? value.length > 0 : value !== undefined;
    },
    codec,
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
  return ext.read(pickFields(message, ext));
}

/** Whether an extension is set; a list is when it has items. Throws as `getExtension` does. */
export function hasExtension<M extends WithUnknown>(
  message: Readonly<Partial<M>>,
  ext: Extension<M, unknown>,
): boolean {
  return ext.holds(pickFields(message, ext));
}

/** Sets an extension, or clears it if `value` is `undefined`. Throws `invalid_argument` for a value that it cannot hold. */
export function setExtension<M extends WithUnknown, T>(message: M, ext: Extension<M, T>, value: T): void {
  replaceFields(message, ext, ext.write(value));
}

/** Removes an extension from a message. */
export function clearExtension<M extends WithUnknown>(message: M, ext: Extension<M, unknown>): void {
  replaceFields(message, ext, NO_BYTES);
}
