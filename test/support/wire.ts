/** What a test puts on the wire; written from docs/wire.md, sharing no code with src. */
export interface WireFrame {
  readonly kind: number;
  readonly flags?: number;
  readonly ext?: Uint8Array;
  readonly stream?: number;
  readonly aux?: number;
  readonly payload?: Uint8Array;
}

export const HELLO = 1;
export const OPEN = 2;
export const DATA = 3;
export const RESET = 4;
export const CREDIT = 5;
export const PING = 6;
export const PONG = 7;
export const DRAIN = 8;
export const MESSAGE = 9;
export const SUBSCRIBED = 10;
export const EVENT = 11;
export const GAP = 12;
export const END = 1;
export const MORE = 2;
export const IGNORABLE = 8;
/** The status of a RESET by somebody who has no more interest. */
export const CANCELLED = 1;
export const MAGIC = 0x43524c4d;

/** The bytes of one frame, padded with zeros to 8. */
export function frame({ kind, flags = 0, ext, stream = 0, aux = 0, payload }: WireFrame): Uint8Array {
  const extBytes = ext?.length ?? 0;
  const length = 16 + extBytes + (payload?.length ?? 0);
  const bytes = new Uint8Array(Math.ceil(length / 8) * 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  bytes.set([kind, flags, extBytes / 8], 4);
  view.setUint32(8, stream, true);
  view.setUint32(12, aux, true);
  if (ext) bytes.set(ext, 16);
  if (payload) bytes.set(payload, 16 + extBytes);
  return bytes;
}

/** A HELLO, with entries behind its fixed part. */
export function hello(
  version: readonly [number, number] = [1, 1],
  aux: number = MAGIC,
  entries: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const payload = join(new Uint8Array(32), entries);
  const view = new DataView(payload.buffer);
  view.setUint16(0, version[0], true);
  view.setUint16(2, version[1], true);
  view.setUint32(8, 1024 * 1024, true);
  view.setUint32(12, 16 * 1024 * 1024, true);
  view.setUint32(16, 256 * 1024, true);
  view.setUint32(20, 1024 * 1024, true);
  view.setUint32(24, 1024 * 1024, true);
  view.setUint32(28, 1024, true);
  return frame({ kind: HELLO, aux, payload });
}

/** All chunks, one behind the other. */
export function join(...chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

export interface ReadFrame extends Required<Omit<WireFrame, "ext">> {
  readonly text: string;
}

/** The text of an error in the payload of a RESET, or of a DATA with a status. */
function textOf(payload: Uint8Array): string {
  if (payload.length < 2) return "";
  const length = payload[0] | (payload[1] << 8);
  return new TextDecoder().decode(payload.subarray(2, 2 + length));
}

/** The whole frames in `bytes`. */
export function frames(bytes: Uint8Array): ReadFrame[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: ReadFrame[] = [];
  for (let at = 0; at + 16 <= bytes.length; ) {
    const length = view.getUint32(at, true);
    if (length < 16 || at + length > bytes.length) break;
    const payload = bytes.slice(at + 16 + bytes[at + 6] * 8, at + length);
    found.push({
      kind: bytes[at + 4],
      flags: bytes[at + 5],
      stream: view.getUint32(at + 8, true),
      aux: view.getUint32(at + 12, true),
      payload,
      text: textOf(payload),
    });
    at += Math.ceil(length / 8) * 8;
  }
  return found;
}
