import type net from "node:net";

/** One direction of a connection through a proxy. Bytes are never lost or reordered, only late, as TCP has it. */
export class Way {
  /** How long each chunk is held back. */
  delayMs = 0;
  bytesPerSecond = Infinity;
  private isStopped = false;
  /** What was read and may not go on yet, in order; `undefined` is the end. */
  private readonly held: (Buffer | undefined)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isFull = false;

  constructor(
    private readonly from: net.Socket,
    private readonly to: net.Socket,
  ) {
    from.on("data", (chunk) => this.take(chunk));
    from.on("end", () => this.take(undefined));
    to.on("drain", () => this.drained());
  }

  /** Carries nothing until `go`; what comes waits here, and in the buffers of the system. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.from.pause();
  }

  go(): void {
    this.isStopped = false;
    this.next();
  }

  /** Ends all that is under way. */
  close(): void {
    clearTimeout(this.timer);
    this.held.length = 0;
    this.isStopped = true;
  }

  private take(chunk: Buffer | undefined): void {
    this.held.push(chunk);
    this.from.pause();
    this.next();
  }

  private drained(): void {
    this.isFull = false;
    this.next();
  }

  /** Sends what is held when its time has come, then reads on. */
  private next(): void {
    if (this.isStopped || this.isFull || this.timer) return;
    if (this.held.length === 0) return void this.from.resume();
    const bytes = this.held[0]?.length ?? 0;
    const ms = this.delayMs + (bytes / this.bytesPerSecond) * 1000;
    if (ms < 1) return this.send();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.send();
    }, ms);
  }

  private send(): void {
    const chunk = this.held.shift();
    if (this.to.destroyed) return;
    if (chunk) this.isFull = !this.to.write(chunk);
    else this.to.end();
    this.next();
  }
}
