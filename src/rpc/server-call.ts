import type { Codec } from "../codec/codec.js";
import { MillraceError, statusOf } from "../error.js";
import type { Frame } from "../frame/frame.js";
import { Flag } from "../frame/header.js";
import type { Timer } from "../link/clock.js";
import type { AcceptedStream, Connection } from "../link/connection.js";
import { writeReason } from "../link/reason.js";
import { Stream } from "../link/stream.js";
import type { Call, Peer } from "./call.js";
import { readDeadline } from "./deadline.js";

/** The handler's end of a call: what the handler is told as its `call`, and the one end of the answer. */
export abstract class ServerCall extends Stream implements AcceptedStream, Call {
  readonly peer: Peer;
  protected isOver = false;
  private deadline = Infinity;
  private timer: Timer | undefined;
  private aborter: AbortController | undefined;
  private abortReason: MillraceError | undefined;

  /** @param path names the method in reports: `market.Market/LastQuote`. */
  constructor(
    protected readonly connection: Connection,
    protected readonly path: string,
  ) {
    super();
    this.peer = connection.transport;
  }

  get signal(): AbortSignal {
    this.aborter ??= new AbortController();
    if (this.abortReason && !this.aborter.signal.aborted) this.aborter.abort(this.abortReason);
    return this.aborter.signal;
  }

  get remainingMs(): number {
    return Math.max(0, this.deadline - this.connection.runtime.clock.now());
  }

  started(frame: Frame): void {
    const remainingMs = frame.ext === 0 ? Infinity : readDeadline(frame);
    if (remainingMs !== Infinity) this.watchDeadline(remainingMs);
    this.handle(frame);
  }

  onReset(error: MillraceError): void {
    if (this.over()) this.abort(error);
  }

  /** Reads the request and runs the handler. The frame is borrowed until the return. */
  protected abstract handle(frame: Frame): void;

  /** Reads the one request in an OPEN frame; on failure the call is ended, and `undefined` returned. */
  protected readRequest<Req>(codec: Codec<Req>, frame: Frame): Req | undefined {
    try {
      if (!frame.isEnd)
        throw new MillraceError("invalid_argument", `${this.path} takes one request, in the OPEN frame`);
      return codec.decode(frame.reader);
    } catch (error) {
      this.fail(MillraceError.from(error, "invalid_argument"));
      return undefined;
    }
  }

  /** Ends the call with what the handler threw: a `MillraceError` as it is, anything else as `internal`, and reported. */
  protected failWith(error: unknown): void {
    if (error instanceof MillraceError) return this.fail(error);
    this.connection.runtime.report(error, `the handler of ${this.path}`);
    this.fail(new MillraceError("internal", `the handler of ${this.path} failed`));
  }

  /** Ends the call with an error. */
  protected fail(error: MillraceError): void {
    if (!this.over()) return;
    this.send(() => {
      writeReason(this.connection.claim(), error);
      return this.connection.commitData(this, Flag.END, statusOf(error.code));
    });
  }

  /** Marks the call as ended; `false` when it had ended before. */
  protected over(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.timer?.cancel();
    return true;
  }

  /** Sends the last frame. A peer that leaves no room for it does not read what it asks for, and loses its link. */
  private send(attempt: () => boolean): void {
    try {
      while (!attempt());
    } catch (error) {
      this.connection.refuse(MillraceError.from(error, "internal"));
    }
  }

  private watchDeadline(remainingMs: number): void {
    const { clock } = this.connection.runtime;
    this.deadline = clock.now() + remainingMs;
    this.timer = clock.after(remainingMs, () => {
      const error = new MillraceError("deadline_exceeded", `${this.path} did not finish within its ${remainingMs} ms`);
      this.fail(error);
      this.abort(error);
    });
  }

  private abort(reason: MillraceError): void {
    this.abortReason = reason;
    this.aborter?.abort(reason);
  }
}

/** A call that is not let in. */
export class RefusedCall extends ServerCall {
  constructor(
    connection: Connection,
    path: string,
    private readonly reason: MillraceError,
  ) {
    super(connection, path);
  }

  onData(): void {}

  protected handle(): void {
    this.fail(this.reason);
  }
}
