import { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { MillraceError } from "../error.js";
import { setBudget } from "./budget.js";
import type { Codec } from "./codec.js";
import { inMessage } from "./invalid.js";
import { toBytes } from "./scratch.js";
import { UNKNOWN, type WithUnknown } from "./unknown.js";

/**
 * The codec of one message type, from what the generator writes for it: `make` gives an empty message, `write` its
 * fields, `read` takes the fields in `[reader.pos, end)` into a message, a new one if none is given.
 */
export function messageCodec<T extends WithUnknown>(
  name: string,
  id: number,
  make: () => T,
  write: (w: Writer, m: Partial<T>) => void,
  read: (r: Reader, end: number, m?: T) => T,
): Codec<T> {
  const encode = (value: Partial<T>, writer: Writer): void => {
    const start = writer.pos;
    try {
      write(writer, value);
    } catch (error) {
      writer.pos = start;
      throw inMessage(name, error);
    }
  };
  const decode = (reader: Reader): T => {
    try {
      reader.tag = 0;
      reader.depth = 1;
      setBudget(reader);
      return read(reader, reader.end);
    } catch (error) {
      throw inMessage(name, error instanceof RangeError ? pastEnd(reader) : error);
    }
  };
  return {
    name,
    id,
    create: (init) => (init === undefined ? make() : fill(make(), init)),
    encode,
    decode,
    toBytes: (value) => toBytes(name, encode, value),
    fromBytes: (bytes) => decode(new Reader(bytes)),
  };
}

/** Sets the fields that `init` gives, and unknown ones that it was decoded with; what is no field of the message is left out. */
function fill<T extends WithUnknown>(message: T, init: Partial<T>): T {
  for (const key in message) {
    const value = init[key];
    if (value !== undefined) message[key] = value;
  }
  if (init[UNKNOWN] !== undefined) message[UNKNOWN] = init[UNKNOWN];
  return message;
}

/** What a `DataView` throws at the end of its memory says nothing to a user. */
function pastEnd(reader: Reader): MillraceError {
  return new MillraceError("invalid_argument", `field ${reader.tag >>> 3}: runs past the end of the bytes`);
}
