import type { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import type { JsonTable } from "./json/field.js";

/**
 * What the generator makes of one message type, whatever its schema language.
 * `T` is a plain interface; where a message is given, fields may be left out and read as their defaults.
 */
export interface Codec<T> {
  /** Full name in the schema, `package.Message`. */
  readonly name: string;
  /** 32-bit FNV-1a hash of `name`: the type id on the wire. */
  readonly id: number;
  /** A complete message: `init` over the defaults. */
  create(init?: Partial<T>): T;
  /** Encodes at `writer.pos` and moves it; see `Writer` for what happens at the end of the page. */
  encode(value: Partial<T>, writer: Writer): void;
  /**
   * Decodes `[reader.pos, reader.end)`. The result owns all its bytes, unless `reader.mayBorrow` is set: then fields of type
   * `bytes` are views of `reader.bytes`, and `reader.hasBorrowed` says if there are any. Throws `invalid_argument` on malformed bytes, and
   * `resource_exhausted` where few bytes would become much memory: more than 4 MiB and 24 bytes for each byte.
   */
  decode(reader: Reader): T;
  /** The encoded message in memory of its own. */
  toBytes(value: Partial<T>): Uint8Array<ArrayBuffer>;
  /**
   * The message in `bytes`; throws as `decode` does. The result owns all its bytes, unless `bytes: "borrowed"` is asked for: then
   * fields of type `bytes` are views of `bytes`, and change with it.
   */
  fromBytes(bytes: Uint8Array, options?: { readonly bytes?: "borrowed" | "owned" }): T;
  /** The same codec without the check before messages are read in place; formats that are not have none. */
  unverified?(): Codec<T>;
}

/** The codec of a message of Protocol Buffers. */
export interface MessageCodec<T> extends Codec<T> {
  /**
   * Decodes as `decode` does, but into `target`, which is returned: all its fields are set back to their defaults first, its
   * lists and maps are emptied and used again, its messages are made anew. When it throws, `target` holds what was read so far.
   */
  decodeInto(target: T, reader: Reader): T;
  /** What `toJson` and `fromJson` are told of the type. */
  readonly json: JsonTable<T>;
}
