import { Writer } from "../bytes/writer.js";
import { MillraceError } from "../error.js";
import type { Codec } from "./codec.js";

/** Large enough that nearly every message fits at once. */
const SCRATCH_BYTES = 16 * 1024;

/** Where `toBytes` encodes; taken while in use, so that a getter may call `toBytes` itself. */
let scratch: Writer | undefined;

/** The message `value` of type `name` in memory of its own. */
export function toBytes<T>(name: string, encode: Codec<T>["encode"], value: Partial<T>): Uint8Array<ArrayBuffer> {
  const writer = scratch ?? new Writer(new Uint8Array(SCRATCH_BYTES));
  scratch = undefined;
  writer.pos = 0;
  encode(value, writer);
  scratch = writer;
  if (writer.fits) return writer.bytes.slice(0, writer.pos);
  const bytes = new Uint8Array(writer.pos);
  const large = new Writer(bytes);
  encode(value, large);
  if (large.pos === bytes.length) return bytes;
  throw new MillraceError("invalid_argument", `${name}: changed while it was encoded`);
}
