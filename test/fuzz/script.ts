import type { Receiver, Transport } from "../../src/link/transport.js";

/** What stands in the read slab after a read, so that who reads there later is found out. */
const POISON = 0xa5;

/** A transport whose other end says what a script says. */
export class Script implements Transport {
  readonly address = "memory://script";
  receiver!: Receiver;
  isClosed = false;
  /** What was written, write by write. */
  readonly heard: Uint8Array[] = [];
  private readonly waiting: Uint8Array[] = [];
  private isPaused = false;

  /**
   * @param readSlab the memory that idle links read into; with it bytes come as from a TCP socket, else as from a WebSocket.
   * @param peerReads whether writes are ever finished.
   * @param guard runs what the link wants to be told later.
   */
  constructor(
    private readonly readSlab: Uint8Array | undefined,
    private readonly peerReads: boolean,
    private readonly guard: (step: () => void) => void,
  ) {}

  write(bytes: Uint8Array, written: () => void): void {
    this.heard.push(bytes.slice());
    if (this.peerReads) queueMicrotask(() => !this.isClosed && this.guard(written));
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    queueMicrotask(() => this.guard(() => this.release()));
  }

  /** The connection stays open until the script breaks it, as one does whose peer is slow to close. */
  end(): void {}

  destroy(): void {
    queueMicrotask(() => this.guard(() => this.break()));
  }

  /** The peer says something, which waits while the link does not read. */
  say(bytes: Uint8Array): void {
    this.waiting.push(bytes);
    this.release();
  }

  private release(): void {
    while (!this.isPaused && this.waiting.length > 0) this.deliver(this.waiting.shift()!);
  }

  private deliver(bytes: Uint8Array): void {
    if (this.isClosed) return;
    if (this.readSlab) this.fill(bytes, this.readSlab);
    else this.receiver.receive(bytes.slice());
  }

  /** The connection is gone. */
  break(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.receiver.closed();
  }

  private fill(bytes: Uint8Array, readSlab: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.isClosed; ) {
      if (this.isPaused) return void this.waiting.unshift(bytes.subarray(at));
      const window = this.receiver.window();
      if (window.length === 0) throw new Error("there was no memory to read into");
      const part = bytes.subarray(at, at + window.length);
      window.set(part);
      this.receiver.filled(part.length);
      if (window.buffer === readSlab.buffer) window.fill(POISON, 0, part.length);
      at += part.length;
    }
  }
}
