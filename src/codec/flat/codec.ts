import { Reader } from "../../bytes/reader.js";
import { Writer } from "../../bytes/writer.js";
import { MillraceError } from "../../error.js";
import type { Codec } from "../codec.js";
import { inMessage } from "../invalid.js";
import { toBytes } from "../scratch.js";
import { finishShared } from "./append.js";
import { FlatBytes, FlatReader, type Read } from "./bytes.js";
import { Verifier, type VerifyTable } from "./verifier.js";
import { FlatWriter, reserve } from "./writer.js";

/** How bytes are taken. */
export interface FlatOptions {
  /** `borrowed`: what is read are views of the bytes given, which must stay as they are; else they are copied, once. */
  readonly bytes?: "borrowed" | "owned";
  /** `false` for bytes that were verified before, and did not change since: what is wrong in them is read as anything. */
  readonly verify?: boolean;
  /** Whether all text must be UTF-8 now; else a text that is not throws when it is read. */
  readonly utf8?: boolean;
  /** `false` for bytes that may lack the schema's identifier, as buffers inside others do where official writers made them. */
  readonly identifier?: boolean;
}

/**
 * The codec of one table. What it decodes is a reader, whose getters read its bytes in place; all of it was verified first.
 * A reader is encoded as the bytes that it reads.
 */
export interface FlatCodec<T> extends Codec<T> {
  fromBytes(bytes: Uint8Array, options?: FlatOptions): T;
  /** A plain object with all fields of `value`, which owns all it holds: for what is kept, or spread. */
  toObject(value: T): T;
  /** What the generator wrote. */
  readonly type: FlatType<T>;
}

/** What the generator writes for a table. */
export interface FlatType<T> {
  readonly name: string;
  readonly id: number;
  /** What a buffer has in front, if the schema says so. */
  readonly identifier?: string;
  /** The class of its readers, and what makes one: called, a function is faster than a class that is not known beforehand. */
  readonly reader: new (
    b: FlatBytes,
    at: number,
  ) => T & FlatReader;
  readonly read: Read<T>;
  readonly write: (w: FlatWriter, m: Partial<T>) => number;
  readonly verify: VerifyTable;
  readonly plain: (m: Partial<T>) => T;
}

/** What is larger cannot be reached by an offset. */
const MAX_BYTES = 0x7fff_ffff;

/** Taken while in use, so that a getter may encode. */
let spare: FlatWriter | undefined;

export function flatCodec<T extends object>(type: FlatType<T>): FlatCodec<T> {
  const { name, id, plain } = type;
  let trusting: FlatCodec<T> | undefined;
  const encode = (value: Partial<T>, writer: Writer): void => {
    if (value instanceof FlatReader && isRoot(value, type)) putBuffer(value.$b, writer);
    else encodeObject(type, value, writer);
  };
  const codec: FlatCodec<T> = {
    name,
    id,
    create: (init) => attempt(name, () => plain(init ?? {})),
    encode,
    decode: (reader) => readVerified(type, take(reader), {}),
    toBytes: (value) => toBytes(name, encode, value),
    fromBytes: (bytes, options = {}) => {
      const b = takeBytes(bytes, options);
      return options.verify === false ? type.read(b, b.root) : readVerified(type, b, options);
    },
    toObject: (value) => attempt(name, () => plain(value)),
    unverified: () => (trusting ??= unverified(codec)),
    type,
  };
  return codec;
}

/** The same codec, for bytes of a peer that is trusted as much as this program: what it decodes is not verified. */
export function unverified<T extends object>(codec: FlatCodec<T>): FlatCodec<T> {
  const { read } = codec.type;
  return {
    ...codec,
    decode: (reader) => {
      const b = take(reader);
      return read(b, b.root);
    },
    fromBytes: (bytes, options) => codec.fromBytes(bytes, { ...options, verify: false }),
  };
}

function encodeObject<T>(type: FlatType<T>, value: Partial<T>, writer: Writer): void {
  const w = spare ?? new FlatWriter(writer);
  spare = undefined;
  w.begin(writer);
  try {
    writeBuffer(w, value, type);
  } catch (error) {
    throw inMessage(type.name, error);
  }
  w.end(writer);
  spare = w;
}

function writeBuffer<T>(w: FlatWriter, value: Partial<T>, { write, identifier }: FlatType<T>): void {
  reserve(w, 8);
  const start = w.pos;
  w.pos = start + 4;
  if (identifier !== undefined) {
    for (let i = 0; i < 4; i++) w.bytes[w.pos++] = identifier.charCodeAt(i);
  }
  const root = write(w, value);
  w.view.setUint32(start, root - start, true);
  if (w.shared !== undefined) finishShared(w, w.shared);
  if (w.pos - start > MAX_BYTES) throw new MillraceError("resource_exhausted", `takes more than ${MAX_BYTES} bytes`);
}

/** Whether `reader` reads the root of a buffer of this type. */
function isRoot<T>(reader: FlatReader, type: FlatType<T>): boolean {
  return reader instanceof type.reader && reader.$at === reader.$b.root;
}

function putBuffer({ bytes, start, end }: FlatBytes, writer: Writer): void {
  writer.put(bytes.subarray(start, end));
}

function readVerified<T>(type: FlatType<T>, b: FlatBytes, { utf8 = false, identifier = true }: FlatOptions): T {
  try {
    new Verifier(b, utf8).buffer("root", b.start, b.end, identifier ? type.identifier : undefined, type.verify);
  } catch (error) {
    throw inMessage(type.name, error);
  }
  return type.read(b, b.root);
}

function attempt<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw inMessage(name, error);
  }
}

/** The bytes of a message: where they lie if they may be lent and are aligned, else copied. */
function take(reader: Reader): FlatBytes {
  const { bytes, pos, end } = reader;
  reader.pos = end;
  if (reader.mayBorrow) {
    const { view } = reader;
    if (isAligned(view, pos)) {
      reader.hasBorrowed = true;
      return new FlatBytes(bytes, view, pos, end);
    }
  }
  reader.copiedBytes += end - pos;
  return copyOf(bytes.subarray(pos, end));
}

function takeBytes(bytes: Uint8Array, options: FlatOptions): FlatBytes {
  if (options.bytes !== "borrowed") return copyOf(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isAligned(view, 0) ? new FlatBytes(bytes, view, 0, bytes.length) : copyOf(bytes);
}

/** So that all lists of numbers are views. V8 inlines this for one class only, and a `DataView` has no others. */
function isAligned(view: DataView, pos: number): boolean {
  return ((view.byteOffset + pos) & 7) === 0;
}

function copyOf(bytes: Uint8Array): FlatBytes {
  const own = new Uint8Array(bytes);
  return new FlatBytes(own, new DataView(own.buffer), 0, own.length);
}
