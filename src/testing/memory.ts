import type { Receiver, Transport } from "../link/transport.js";

/** Runs `step` later, never at once: the pace of a pipe. */
export type Pace = (step: () => void) => void;

/** One end of a pipe in memory. */
class MemoryTransport implements Transport {
  receiver!: Receiver;
  other!: MemoryTransport;
  private isClosed = false;
  private isPaused = false;
  /** What came while this end did not read. */
  private readonly held: (() => void)[] = [];

  constructor(
    readonly address: string,
    private readonly pace: Pace,
  ) {}

  /** As the peer that it is to handlers. */
  toJSON(): Pick<Transport, "address"> {
    return { address: this.address };
  }

  write(bytes: Uint8Array, written: () => void): void {
    const copy = bytes.slice();
    this.pace(() => {
      this.other.arrive(() => {
        if (this.isClosed) return;
        this.other.deliver(copy);
        written();
      });
    });
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.pace(() => this.release());
  }

  end(): void {
    this.pace(() => this.destroy());
  }

  destroy(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.pace(() => {
      this.receiver.closed();
      this.other.destroy();
    });
  }

  private arrive(step: () => void): void {
    this.held.push(step);
    this.release();
  }

  private release(): void {
    while (!this.isPaused && this.held.length > 0) this.held.shift()!();
  }

  private deliver(bytes: Uint8Array): void {
    if (!this.isClosed) this.receiver.receive(bytes);
  }
}

/**
 * Two ends of a pipe that carries bytes in order and loses none.
 * @param pace when a step of the pipe is taken; a microtask each by default.
 */
export function memoryPipe(
  client: (transport: Transport) => Receiver,
  server: (transport: Transport) => Receiver,
  pace: Pace = queueMicrotask,
): void {
  const near = new MemoryTransport("memory://server", pace);
  const far = new MemoryTransport("memory://client", pace);
  near.other = far;
  far.other = near;
  near.receiver = client(near);
  far.receiver = server(far);
}
