import { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { MillraceError } from "../error.js";
import { NO_BYTES } from "./block.js";
import { setBudget } from "./budget.js";
import type { MessageCodec } from "./codec.js";
import { inMessage } from "./invalid.js";
import type { JsonField } from "./json/field.js";
import { toBytes } from "./scratch.js";
import { UNKNOWN, type WithUnknown } from "./unknown.js";

/**
 * The codec of one message type, from what the generator writes for it: `make` gives an empty message, `write` its
 * fields, `read` takes the fields in `[reader.pos, end)` into a message, a new one if none is given; `fields` gives
 * them as JSON has them.
 */
export function messageCodec<T extends WithUnknown>(
  name: string,
  id: number,
  make: () => T,
  write: (w: Writer, m: Partial<T>) => void,
  read: (r: Reader, end: number, m?: T) => T,
  fields: () => readonly JsonField[],
): MessageCodec<T> {
  const encode = (value: Partial<T>, writer: Writer): void => {
    const start = writer.pos;
    try {
      write(writer, value);
    } catch (error) {
      writer.pos = start;
      throw inMessage(name, error);
    }
  };
  const decode = (reader: Reader, into?: T): T => {
    try {
      reader.tag = 0;
      reader.depth = 1;
      setBudget(reader);
      const message = read(reader, reader.end, into);
      if (reader.lacking !== undefined) {
        reader.lacking.judge(message);
        reader.lacking = undefined;
      }
      if (reader.crowds !== undefined) reader.crowds = undefined;
      return message;
    } catch (error) {
      reader.group = undefined;
      reader.lacking = undefined;
      reader.crowds = undefined;
      throw inMessage(name, error instanceof RangeError ? pastEnd(reader) : error);
    }
  };
  /** What no bytes at all are read as; unlike what `make` makes, it has nothing in required fields. */
  const nothing = (): T => {
    const reader = new Reader(NO_BYTES);
    setBudget(reader);
    return read(reader, 0);
  };
  let blank: T | undefined;
  return {
    name,
    id,
    create: (init) => (init === undefined ? make() : fill(make(), init)),
    encode,
    decode: (reader) => decode(reader),
    decodeInto: (target, reader) => {
      reset(target, (blank ??= nothing()), nothing);
      return decode(reader, target);
    },
    toBytes: (value) => toBytes(name, encode, value),
    fromBytes: (bytes, options) => {
      const reader = new Reader(bytes);
      if (options?.bytes === "borrowed") reader.mayBorrow = true;
      return decode(reader);
    },
    json: { make, read, fields },
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

/** Sets `target` to what `make` makes; the lists and maps that it has are emptied and stay its own. `blank` was made before. */
function reset<T extends WithUnknown>(target: T, blank: T, make: () => T): void {
  for (const key in blank) {
    const value = blank[key];
    const before = target[key];
    if (Array.isArray(value) && Array.isArray(before)) before.length = 0;
    else if (value instanceof Map && before instanceof Map) before.clear();
    else target[key] = Array.isArray(value) || value instanceof Map ? make()[key] : value;
  }
  if (target[UNKNOWN] !== undefined) target[UNKNOWN] = undefined;
}

/** What a `DataView` throws at the end of its memory says nothing to a user. */
function pastEnd(reader: Reader): MillraceError {
  return new MillraceError("invalid_argument", `field ${reader.tag >>> 3}: runs past the end of the bytes`);
}
