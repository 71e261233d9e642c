import { Reader } from "../bytes/reader.js";
import { Writer } from "../bytes/writer.js";
import { MillraceError } from "../error.js";
import { setBudget } from "./budget.js";
import type { Codec } from "./codec.js";
import { inMessage } from "./invalid.js";
import { JsonContext, type JsonForm } from "./json/context.js";
import type { JsonField } from "./json/field.js";
import { objectForm } from "./json/message.js";
import { parseJson } from "./json/text.js";
import { UNKNOWN, type WithUnknown } from "./unknown.js";

/** Large enough that nearly every message fits at once. */
const SCRATCH_BYTES = 16 * 1024;

/** Where `toBytes` encodes; taken while in use, so that a getter may call `toBytes` itself. */
let scratch: Writer | undefined;

/**
 * The codec of one message type, from what the generator writes for it: `make` gives an empty message, `write` its
 * fields, `read` takes the fields in `[reader.pos, end)` into a message, a new one if none is given; `fields` gives
 * them as JSON has them, or is a form of the type's own.
 */
export function messageCodec<T extends WithUnknown>(
  name: string,
  id: number,
  make: () => T,
  write: (w: Writer, m: Partial<T>) => void,
  read: (r: Reader, end: number, m?: T) => T,
  fields: (() => readonly JsonField[]) | JsonForm<NoInfer<T>>,
): Codec<T> {
  const json = typeof fields === "function" ? objectForm(make, fields) : fields;
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
  const toJson: Codec<T>["toJson"] = (value, options) => json.write(value, new JsonContext(name, options));
  return {
    name,
    id,
    create: (init) => (init === undefined ? make() : fill(make(), init)),
    encode,
    decode,
    toBytes: (value) => toBytes(name, encode, value),
    fromBytes: (bytes) => decode(new Reader(bytes)),
    toJson,
    fromJson: (value, options) => json.read(value, new JsonContext(name, options)),
    toJsonString: (value, options) => JSON.stringify(toJson(value, options)),
    fromJsonString: (text, options) => fromText(json, text, new JsonContext(name, options)),
    json,
  };
}

function fromText<T>(json: JsonForm<T>, text: string, context: JsonContext): T {
  return json.read(parseJson(text, context), context);
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

function toBytes<T>(name: string, encode: Codec<T>["encode"], value: Partial<T>): Uint8Array {
  const writer = scratch ?? new Writer(new Uint8Array(SCRATCH_BYTES));
  scratch = undefined;
  writer.pos = 0;
  encode(value, writer);
  scratch = writer;
  if (writer.fits) return writer.bytes.slice(0, writer.pos);
  const large = new Writer(new Uint8Array(writer.pos));
  encode(value, large);
  if (large.pos === large.bytes.length) return large.bytes;
  throw new MillraceError("invalid_argument", `${name}: changed while it was encoded`);
}

/** What a `DataView` throws at the end of its memory says nothing to a user. */
function pastEnd(reader: Reader): MillraceError {
  return new MillraceError("invalid_argument", `field ${reader.tag >>> 3}: runs past the end of the bytes`);
}
