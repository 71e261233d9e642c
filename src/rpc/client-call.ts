import { MillraceError } from "../error.js";
import { Flag } from "../frame/header.js";
import type { Timer } from "../link/clock.js";
import type { Connection } from "../link/connection.js";
import { Stream } from "../link/stream.js";
import type { CallOptions } from "./call.js";
import { writeDeadline } from "./deadline.js";
import { Outgoing } from "./outgoing.js";
import type { Items, Method } from "./service.js";

/**
 * The caller's end of a call: sends one request or many, and ends once, whatever comes first of answer, deadline,
 * cancel and close.
 */
export abstract class ClientCall<Req, Res> extends Stream {
  protected isOver = false;
  private outgoing: Outgoing<Req> | undefined;
  private timer: Timer | undefined;
  private signal: AbortSignal | undefined;

  constructor(
    protected readonly connection: Connection,
    protected readonly method: Method<Req, Res>,
  ) {
    super();
  }

  /** Told once when the call ends without an answer. */
  protected abstract failed(error: MillraceError): void;

  /** Opens the call with its only request. What goes wrong reaches `failed`. */
  startOne(request: Partial<Req>, options: CallOptions | undefined): this {
    this.start(options, Flag.END, request);
    return this;
  }

  /** Opens the call and sends its requests as they come. What goes wrong reaches `failed`. */
  startMany(requests: Items<Req>, options: CallOptions | undefined): this {
    this.start(options, 0, undefined);
    if (!this.isOver) void this.sendAll(requests);
    return this;
  }

  override onReady(): void {
    this.outgoing?.resume();
  }

  onRefused(error: MillraceError): void {
    this.cancel(error);
  }

  onReset(error: MillraceError): void {
    if (this.over()) this.failed(error);
  }

  /** Ends the call from this side: the peer is told by a RESET. */
  protected cancel(error: MillraceError): void {
    if (!this.over()) return;
    this.connection.reset(this, error);
    this.failed(error);
  }

  /** Ends this side of a call whose answer is complete before its requests are. */
  protected stopSending(): void {
    if (!this.sentEnd) this.connection.reset(this, new MillraceError("cancelled", "the answer is complete"));
  }

  /** Marks the call as ended and stops what it does; `false` when it had ended before. */
  protected over(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.timer?.cancel();
    this.signal?.removeEventListener("abort", this.onAbort);
    this.outgoing?.stop();
    return true;
  }

  private start(options: CallOptions | undefined, flags: number, request: Partial<Req> | undefined): void {
    try {
      const timeoutMs = options?.timeoutMs ?? Infinity;
      if (Number.isNaN(timeoutMs)) throw new MillraceError("invalid_argument", "timeoutMs is not a number");
      if (options?.signal?.aborted) throw cancelled(options.signal);
      if (timeoutMs <= 0) throw this.expired(timeoutMs);
      this.sendOpen(timeoutMs, flags, request);
      if (timeoutMs !== Infinity) this.watchDeadline(timeoutMs);
      if (options?.signal) this.watchSignal(options.signal);
    } catch (error) {
      this.over();
      this.failed(MillraceError.from(error, "invalid_argument"));
    }
  }

  private sendOpen(timeoutMs: number, flags: number, request: Partial<Req> | undefined): void {
    const { connection, method } = this;
    try {
      let ext: number;
      do {
        const writer = connection.claim();
        ext = writeDeadline(writer, timeoutMs);
        if (request !== undefined) method.request.encode(request, writer);
        if (this.id === 0) connection.open(this);
      } while (!connection.sender.commitOpen(this, flags, ext, method.id));
    } catch (error) {
      if (this.id !== 0) connection.forget(this);
      throw error;
    }
  }

  private async sendAll(requests: Items<Req>): Promise<void> {
    const outgoing = new Outgoing(this.connection, this, this.method.request);
    this.outgoing = outgoing;
    try {
      await outgoing.pump(requests);
      if (!this.sentEnd) outgoing.end();
    } catch (error) {
      this.cancel(MillraceError.from(error, "cancelled"));
    }
  }

  private watchDeadline(timeoutMs: number): void {
    this.timer = this.connection.runtime.clock.after(timeoutMs, () => this.cancel(this.expired(timeoutMs)));
  }

  private watchSignal(signal: AbortSignal): void {
    this.signal = signal;
    signal.addEventListener("abort", this.onAbort);
  }

  private readonly onAbort = (): void => this.cancel(cancelled(this.signal!));

  private expired(timeoutMs: number): MillraceError {
    return new MillraceError("deadline_exceeded", `${this.method.path} was not answered within ${timeoutMs} ms`);
  }
}

function cancelled(signal: AbortSignal): MillraceError {
  return new MillraceError("cancelled", "the call was cancelled by its signal", { cause: signal.reason });
}
