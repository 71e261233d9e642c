import type { Receiver, Transport } from "../../src/link/transport.js";
import type { Server } from "../../src/server/server.js";
import { boundlessHello } from "../faults/raw.js";
import { frames, join, type ReadFrame } from "./wire.js";

/** A client that lets its server send without end, and takes what is sent when it is told to, a write at a time. */
export class SippingPeer implements Transport {
  readonly address = "none";
  /** Whether the server has closed the connection; a graceful end waits for what was sent to be taken. */
  isClosed = false;
  private isEnding = false;
  private readonly receiver: Receiver;
  private readonly waiting: { bytes: Uint8Array; written: () => void }[] = [];
  private readonly taken: Uint8Array[] = [];
  private free!: () => void;

  /** Connects to `server`, which has an address that is not free before this connection is closed. */
  constructor(server: Server) {
    const freed = new Promise<void>((resolve) => (this.free = resolve));
    server.add({ url: "none", close: () => freed });
    this.receiver = server.accept(this);
    this.say(boundlessHello());
  }

  /** The whole frames taken so far. */
  get frames(): ReadFrame[] {
    return frames(join(...this.taken));
  }

  say(bytes: Uint8Array): void {
    this.receiver.receive(bytes);
  }

  /** Takes one write, and returns whether there was one. */
  sip(): boolean {
    const next = this.waiting.shift();
    if (next) this.taken.push(next.bytes);
    next?.written();
    if (this.isEnding && this.waiting.length === 0) this.destroy();
    return next !== undefined;
  }

  write(bytes: Uint8Array, written: () => void): void {
    this.waiting.push({ bytes: bytes.slice(), written });
  }

  pause(): void {}

  resume(): void {}

  end(): void {
    this.isEnding = true;
  }

  destroy(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.receiver.closed();
    this.free();
  }
}
