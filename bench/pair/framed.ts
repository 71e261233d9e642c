/** Length and id, both 32-bit little-endian, in front of each payload. */
export const headerBytes = 8;
const pageBytes = 1 << 16;
/** So much is sent at once: the other side works on it while this side fills the next; measured, twice the rate. */
const eagerBytes = 1 << 13;

/** Hands bytes to a socket and says whether they have left the page already. */
export type Send = (bytes: Buffer) => boolean;

/** Takes one frame: its payload is `[from, from + length)` of `bytes`. */
export type OnFrame = (id: number, bytes: Uint8Array, from: number, length: number) => void;

/** All writers of this process that have something to send in this turn of the event loop. */
const dirty: FrameWriter[] = [];

function flushAll(): void {
  for (const writer of dirty) writer.flush();
  dirty.length = 0;
}

/** Writes frames into a page and sends them together: 8 KiB at a time, and what is left once in a turn of the loop. */
export class FrameWriter {
  readonly #send: Send;
  #page = Buffer.allocUnsafeSlow(pageBytes);
  #start = 0;
  #pos = 0;
  #isDirty = false;

  constructor(send: Send) {
    this.#send = send;
  }

  frame(id: number, payload: Uint8Array, from: number, length: number): void {
    const total = headerBytes + length;
    if (this.#pos + total > pageBytes) this.#turnPage();
    const page = this.#page;
    const at = this.#pos;
    putUint32(page, at, total);
    putUint32(page, at + 4, id);
    for (let i = 0; i < length; i++) page[at + headerBytes + i] = payload[from + i];
    this.#pos = at + total;
    if (this.#pos - this.#start >= eagerBytes) this.#push();
    else if (!this.#isDirty) this.#mark();
  }

  flush(): void {
    this.#isDirty = false;
    if (this.#pos > this.#start) this.#push();
  }

  #mark(): void {
    this.#isDirty = true;
    if (dirty.push(this) === 1) setImmediate(flushAll);
  }

  #push(): void {
    const gone = this.#send(this.#page.subarray(this.#start, this.#pos));
    if (gone) this.#pos = 0;
    this.#start = this.#pos;
  }

  #turnPage(): void {
    if (this.#pos > this.#start) this.#push();
    if (this.#pos === 0) return;
    this.#page = Buffer.allocUnsafeSlow(pageBytes);
    this.#start = this.#pos = 0;
  }
}

/** Finds the frames in a byte stream; an unfinished one is kept until its rest arrives. */
export class FrameParser {
  readonly #onFrame: OnFrame;
  #tail: Buffer | undefined;

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  push(bytes: Buffer, end: number): void {
    if (this.#tail === undefined) return this.#parse(bytes, end);
    const whole = Buffer.concat([this.#tail, bytes.subarray(0, end)]);
    this.#tail = undefined;
    this.#parse(whole, whole.length);
  }

  #parse(bytes: Buffer, end: number): void {
    let at = 0;
    while (end - at >= headerBytes) {
      const total = getUint32(bytes, at);
      if (end - at < total) break;
      this.#onFrame(getUint32(bytes, at + 4), bytes, at + headerBytes, total - headerBytes);
      at += total;
    }
    if (at < end) this.#tail = Buffer.from(bytes.subarray(at, end));
  }
}

/** Writes a 32-bit number. */
export function putUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

function getUint32(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}
