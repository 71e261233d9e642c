import type { Writer } from "../bytes/writer.js";
import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import * as Flag from "../frame/flag.js";
import type { Timer } from "../link/clock.js";
import type { Connection } from "../link/connection.js";
import { Stream } from "../link/stream.js";
import type { CallOptions } from "./call.js";
import { cancelled, expired, outerEnded, refuseEnded, timeLeft, writeDeadline } from "./deadline.js";
import { callLater, type LateCall } from "./gated-caller.js";
import { encodeMetadata, readMetadata } from "./metadata.js";
import { onAbort } from "./on-abort.js";
import { dismiss, Outgoing } from "./outgoing.js";
import { encoded, Replay, replayed } from "./replay.js";
import type { FailedCall, FindCaller, Retry } from "./retry.js";
import type { Items, Method } from "./service.js";

/**
 * The caller's end of a call: sends one request or many, and ends once, whatever comes first of answer, deadline,
 * cancel and close.
 */
export abstract class ClientCall<Req, Res> extends Stream implements FailedCall {
  protected isOver = false;
  /** What the call is made once more with, where that may be: its request, or a `Replay` of its requests. */
  protected kept: Partial<Req> | Replay<Req> | undefined;
  private deadline: number | undefined;
  private outgoing: Outgoing<Req> | undefined;
  private timer: Timer | undefined;
  private unwatch: (() => void)[] | undefined;

  constructor(
    protected readonly connection: Connection,
    public method: Method<Req, Res>,
    readonly options: CallOptions | undefined,
    protected readonly retry: Retry | undefined,
  ) {
    super();
  }

  /** Told once when the call ends without an answer. `isLate` says that the caller has its promise or stream already. */
  protected abstract failed(error: MillraceError, isLate: boolean): void;

  /** Makes the call once more; what becomes of it is what becomes of this one. */
  protected abstract repeat(find: FindCaller): void;

  get isAnswered(): boolean {
    return false;
  }

  get neverRan(): boolean {
    return this.connection.life.neverRan(this);
  }

  get isLost(): boolean {
    return this.connection.state === "closed";
  }

  /** Opens the call with its only request. What goes wrong reaches `failed`. */
  startOne(request: Partial<Req>): this {
    this.start(Flag.END, request);
    return this;
  }

  /** Opens the call and sends its requests as they come. What goes wrong reaches `failed`. */
  startMany(requests: Items<Req>): this {
    let items = requests;
    if (this.retry) {
      items = this.kept = requests instanceof Replay ? requests : new Replay(requests, this.method.request);
      this.method = replayed(this.method);
    }
    this.start(0, undefined);
    if (!this.isOver) void this.sendAll(items);
    else if (!this.retry) void dismiss(items);
    return this;
  }

  override onReady(): void {
    this.outgoing?.resume();
  }

  onRefused(error: MillraceError): void {
    this.cancel(error);
  }

  onReset(error: MillraceError): void {
    if (this.over()) this.fail(error, true);
  }

  /** Ends the call by what the peer or the link did; it may be made once more. */
  protected fail(error: MillraceError, isLate: boolean): void {
    const replay = this.kept instanceof Replay ? this.kept : undefined;
    const isWhole = replay === undefined || replay.isWhole;
    const find = error.code === "unavailable" && isWhole ? this.retry?.again(this) : undefined;
    if (find) {
      replay?.rewind();
      return this.repeat(find);
    }
    if (replay && !this.outgoing) void dismiss(replay);
    this.leave();
    this.failed(error, isLate);
  }

  /** Makes `call`, the same once more, in the time that is left; see `callLater`. */
  protected again<T>(find: FindCaller, call: LateCall<T>, gone?: AbortController): Promise<T> {
    const { clock } = this.connection.runtime;
    const { deadline, kept, method } = this;
    const left = { ...this.options, ...(deadline !== undefined && { timeoutMs: deadline - clock.now() }) };
    return callLater(clock, method, left, find, call, kept instanceof Replay ? kept : undefined, gone);
  }

  /** Ends the call from this side: the peer is told by a RESET. */
  protected cancel(error: MillraceError, toPeer = error): void {
    if (!this.over()) return;
    const isClosed = this.sentEnd && this.gotEnd;
    if (!isClosed) this.connection.streams.reset(this, toPeer);
    this.leave();
    this.failed(error, true);
  }

  /** Ends this side of a call whose answer is complete before its requests are. */
  protected stopSending(): void {
    if (!this.sentEnd) this.connection.streams.reset(this, new MillraceError("cancelled", "the answer is complete"));
  }

  /** Takes no more requests: the call is not made once more. */
  protected leave(): void {
    this.outgoing?.leave();
  }

  /** Marks the call as ended and stops what it does; `false` when it had ended before. */
  protected over(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.timer?.cancel();
    if (this.unwatch) for (const stop of this.unwatch) stop();
    this.outgoing?.stop();
    return true;
  }

  /** Hands on the metadata of the last frame, if it is wanted. Throws when it is refused. */
  protected takeMetadata(frame: Frame): void {
    const take = this.options?.onAnswerMetadata;
    if (!take || frame.ext === 0) return;
    const metadata = readMetadata(frame, this.connection.limits.maxMetadataBytes);
    try {
      take(metadata);
    } catch (error) {
      this.connection.runtime.report(error, `onAnswerMetadata of ${this.method.path}`);
    }
  }

  /** Writes what else the OPEN says, as entries of its extension; returns how many words of 8 bytes that took. */
  protected writeExtra(_writer: Writer): number {
    return 0;
  }

  /** Keeps the request in case the call is made once more; bytes in it that are lent are copied. */
  private keep(request: Partial<Req>): void {
    const { slabs, debug } = this.connection.runtime;
    if (slabs.lentBytes === 0 && !debug) {
      this.kept = request;
      return;
    }
    this.kept = encoded(this.method.request, request);
    this.method = replayed(this.method);
  }

  private start(flags: number, request: Partial<Req> | undefined): void {
    const { options } = this;
    try {
      if (this.retry && request) this.keep(request);
      if (!options) return this.sendOpen(Infinity, undefined, flags, request);
      const { signal, via, metadata } = options;
      const timeoutMs = timeLeft(options);
      refuseEnded(options, timeoutMs, this.method.path);
      const entry = metadata && encodeMetadata(metadata, this.connection.limits.maxMetadataBytes);
      this.sendOpen(timeoutMs, entry, flags, request);
      if (timeoutMs !== Infinity) this.watchDeadline(timeoutMs);
      if (signal) this.watch(signal, cancelled);
      if (via) this.watch(via.signal, outerEnded);
    } catch (error) {
      this.over();
      this.fail(MillraceError.from(error, "invalid_argument"), false);
    }
  }

  private sendOpen(
    timeoutMs: number,
    metadata: Uint8Array | undefined,
    flags: number,
    request: Partial<Req> | undefined,
  ): void {
    const { connection, method } = this;
    try {
      let ext: number;
      do {
        const writer = connection.claim();
        ext = writeDeadline(writer, timeoutMs);
        if (metadata) {
          writer.put(metadata);
          ext += metadata.length / 8;
        }
        ext += this.writeExtra(writer);
        if (request !== undefined) method.request.encode(request, writer);
        if (this.id === 0) connection.streams.open(this);
      } while (!connection.sender.commitOpen(this, flags, ext, method.id));
    } catch (error) {
      if (this.id !== 0) connection.streams.remove(this);
      throw error;
    }
  }

  private async sendAll(requests: Items<Req>): Promise<void> {
    const { request } = this.method;
    const outgoing = new Outgoing<Req>(this.connection, this, (item, writer) => request.encode(item, writer));
    this.outgoing = outgoing;
    try {
      await outgoing.pump(requests);
      if (!this.sentEnd) outgoing.end();
    } catch (error) {
      // What is no MillraceError was never meant for the peer's eyes.
      const told = error instanceof MillraceError ? error : new MillraceError("cancelled", "the requests failed");
      this.cancel(MillraceError.from(error, "cancelled"), told);
    }
  }

  private watchDeadline(timeoutMs: number): void {
    const { clock } = this.connection.runtime;
    this.deadline = clock.now() + timeoutMs;
    this.timer = clock.after(timeoutMs, () => this.cancel(expired(timeoutMs, this.method.path)));
  }

  private watch(signal: AbortSignal, errorOf: (signal: AbortSignal) => MillraceError): void {
    this.unwatch ??= [];
    this.unwatch.push(onAbort(signal, () => this.cancel(errorOf(signal))));
  }
}
