/** Frames as docs/wire.md describes them, written from that page alone. */

export const Kind = { HELLO: 1, OPEN: 2, DATA: 3, RESET: 4, CREDIT: 5, PING: 6, PONG: 7, DRAIN: 8, MESSAGE: 9 };
export const Flag = { END: 1, MORE: 2, IGNORABLE: 8 };
export const Entry = { DEADLINE: 1, SIZE: 3 };

export interface Frame {
  readonly kind: number;
  readonly flags: number;
  readonly stream: number;
  readonly aux: number;
  readonly ext: Uint8Array;
  readonly payload: Uint8Array;
  /** Bytes of header, extension and payload. */
  readonly length: number;
}

const HEADER = 16;
const MAGIC = 0x43524c4d;
const NONE = new Uint8Array();
const pad8 = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** A frame with its header, padded with zeros. */
export function frame(kind: number, parts: Partial<Omit<Frame, "kind" | "length">>): Buffer {
  const { flags = 0, stream = 0, aux = 0, ext = NONE, payload = NONE } = parts;
  const length = HEADER + ext.length + payload.length;
  const bytes = Buffer.alloc(pad8(length));
  bytes.writeUInt32LE(length, 0);
  bytes.set([kind, flags, ext.length / 8, 0], 4);
  bytes.writeUInt32LE(stream >>> 0, 8);
  bytes.writeUInt32LE(aux >>> 0, 12);
  bytes.set(ext, HEADER);
  bytes.set(payload, HEADER + ext.length);
  return bytes;
}

/** Finds the frames in what a socket gives, wherever its chunks end. */
export class Splitter {
  #rest = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #missing = HEADER;

  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#missing -= chunk.length;
    if (this.#missing > 0) return [];
    let bytes = Buffer.concat([this.#rest, ...this.#chunks]);
    const frames: Frame[] = [];
    while (bytes.length >= HEADER && bytes.length >= pad8(bytes.readUInt32LE(0))) {
      frames.push(parse(bytes));
      bytes = bytes.subarray(pad8(bytes.readUInt32LE(0)));
    }
    this.#rest = bytes;
    this.#chunks = [];
    this.#missing = (bytes.length < HEADER ? HEADER : pad8(bytes.readUInt32LE(0))) - bytes.length;
    return frames;
  }
}

function parse(bytes: Buffer): Frame {
  const length = bytes.readUInt32LE(0);
  const payloadAt = HEADER + bytes[6] * 8;
  return {
    kind: bytes[4],
    flags: bytes[5],
    stream: bytes.readUInt32LE(8),
    aux: bytes.readUInt32LE(12),
    ext: bytes.subarray(HEADER, payloadAt),
    payload: bytes.subarray(payloadAt, length),
    length,
  };
}

/** An entry of an extension that holds one number of 4 bytes. */
export function entry(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(type, 0);
  bytes.writeUInt16LE(4, 2);
  bytes.writeUInt32LE(value, 4);
  return bytes;
}

/** What one side accepts, as its HELLO says. */
export interface Limits {
  readonly maxFrameBytes: number;
  readonly maxMessageBytes: number;
  readonly streamWindowBytes: number;
  readonly linkWindowBytes: number;
  readonly messageWindowBytes: number;
  readonly maxStreams: number;
}

export function hello(limits: Limits): Buffer {
  const payload = Buffer.alloc(32);
  payload.writeUInt16LE(1, 0);
  payload.writeUInt16LE(1, 2);
  payload.writeUInt32LE(limits.maxFrameBytes, 8);
  payload.writeUInt32LE(limits.maxMessageBytes, 12);
  payload.writeUInt32LE(limits.streamWindowBytes, 16);
  payload.writeUInt32LE(limits.linkWindowBytes, 20);
  payload.writeUInt32LE(limits.messageWindowBytes, 24);
  payload.writeUInt32LE(limits.maxStreams, 28);
  return frame(Kind.HELLO, { aux: MAGIC, payload });
}

export function readHello({ kind, aux, payload }: Frame): Limits {
  if (kind !== Kind.HELLO || aux !== MAGIC) throw new Error("the first frame is no HELLO");
  const words = Buffer.from(payload);
  if (words.readUInt16LE(0) > 1 || words.readUInt16LE(2) < 1) throw new Error("the peer does not speak version 1");
  return {
    maxFrameBytes: words.readUInt32LE(8),
    maxMessageBytes: words.readUInt32LE(12),
    streamWindowBytes: words.readUInt32LE(16),
    linkWindowBytes: words.readUInt32LE(20),
    messageWindowBytes: words.readUInt32LE(24),
    maxStreams: words.readUInt32LE(28),
  };
}

/** The text of an error; its details are left alone. */
export function textOf(error: Uint8Array): string {
  return error.length < 2 ? "" : Buffer.from(error.subarray(2, 2 + error[0] + error[1] * 256)).toString();
}

/** The id of a method or type: 32-bit FNV-1a of its full name. */
export function idOf(name: string): number {
  let hash = 2_166_136_261;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 16_777_619);
  return hash >>> 0;
}
