import type { Writer } from "../bytes/writer.js";
import type { Codec } from "../codec/codec.js";
import { MillraceError, statusOf } from "../error.js";
import type { Frame } from "../frame/frame.js";
import * as Flag from "../frame/flag.js";
import type { Timer } from "../link/clock.js";
import type { Connection } from "../link/connection.js";
import type { AcceptedStream } from "../link/streams.js";
import { MAX_DETAIL_BYTES, sizeOfDetails, writeReason } from "../link/reason.js";
import { Stream } from "../link/stream.js";
import type { Call, Peer } from "./call.js";
import { readDeadline } from "./deadline.js";
import { Incoming } from "./incoming.js";
import { canLend, decodeLent, type Loan, retain } from "./loan.js";
import { encodeMetadata, type Metadata, NO_METADATA, readMetadata } from "./metadata.js";
import type { Stream as Messages } from "./service.js";

/** Reads what a handler is given from the OPEN frame of its call, which is borrowed until the return. */
export type ReadRequest<Req, In> = (call: ServerCall, codec: Codec<Req>, frame: Frame) => In;

/** The handler's end of a call: what the handler is told as its `call`, and the one end of the answer. */
export abstract class ServerCall extends Stream implements AcceptedStream, Call {
  readonly peer: Peer;
  metadata: Metadata = NO_METADATA;
  /** Told when the handler, or interceptors in its stead, have settled, before what was lent goes back. */
  passage: { settled(): void } | undefined;
  protected isOver = false;
  /** The metadata of the answer, encoded. */
  private answerMetadata: Uint8Array | undefined;
  private deadline = Infinity;
  private timer: Timer | undefined;
  private aborter: AbortController | undefined;
  private abortReason: MillraceError | undefined;
  private loan: Loan | undefined;
  private incoming: Pick<Incoming<unknown>, "receive" | "end" | "drop" | "return" | "lent"> | undefined;

  /** @param path names the method in errors and reports: `market.Market/LastQuote`. */
  constructor(
    protected readonly connection: Connection,
    readonly path: string,
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

  setAnswerMetadata(metadata: Metadata): void {
    try {
      this.answerMetadata = encodeMetadata(metadata, this.connection.limits.maxMetadataBytes);
    } catch (error) {
      throw new MillraceError("internal", `the answer's ${MillraceError.from(error).text}`, { cause: error });
    }
  }

  opened(frame: Frame): void {
    if (frame.ext === 0) return;
    try {
      const remainingMs = readDeadline(frame);
      if (remainingMs === 0) throw new MillraceError("deadline_exceeded", `${this.path} was called too late`);
      this.metadata = readMetadata(frame, this.connection.limits.maxMetadataBytes);
      if (remainingMs !== Infinity) this.watchDeadline(remainingMs);
    } catch (error) {
      this.fail(MillraceError.from(error, "internal"));
    }
  }

  started(frame: Frame): void {
    if (!this.isOver) void this.handle(frame);
  }

  /** The stream of requests, for a method that has many. */
  receiveMany<Req>(codec: Codec<Req>, frame: Frame): Messages<Req> {
    if (frame.payloadBytes > 0) {
      throw new MillraceError("invalid_argument", `${this.path} streams its requests, none is in the OPEN frame`);
    }
    const incoming = new Incoming(this.connection, this, codec, true, () => {});
    if (frame.isEnd) incoming.end();
    this.incoming = incoming;
    return incoming;
  }

  onData(frame: Frame): void {
    const { incoming } = this;
    if (!incoming || this.isOver) return;
    try {
      if (frame.payloadBytes > 0 || !frame.isEnd) incoming.receive(frame);
      if (frame.isEnd) incoming.end();
    } catch (error) {
      this.onRefused(MillraceError.from(error, "invalid_argument"));
    }
  }

  onRefused(error: MillraceError): void {
    this.fail(error);
    this.abort(error);
  }

  onReset(error: MillraceError): void {
    if (this.over()) this.abort(error);
    this.connection.sender.turns.leave(this);
  }

  /** Tells the handler to stop; what it was lent, and may go on reading, is never lent again. */
  abort(reason: MillraceError): void {
    this.abortReason = reason;
    this.aborter?.abort(reason);
    this.incoming?.drop(reason);
    this.loan?.abandon();
    this.loan = undefined;
  }

  retain(): () => void {
    const loans = this.loan ? [this.loan] : (this.incoming?.lent ?? []);
    return retain(loans, this.connection, `the handler of ${this.path}`);
  }

  /** Decodes the one request. Its `bytes` may be views, valid until `settle`. */
  readRequest<Req>(codec: Codec<Req>, frame: Frame): Req {
    const { runtime } = this.connection;
    if (!canLend(frame, runtime)) return codec.decode(frame.reader);
    const { message, loan } = decodeLent(codec, frame, runtime);
    this.loan = loan;
    return message;
  }

  /** The handler has settled: what it was lent goes back, and what it has not read. */
  protected settle(): void {
    this.passage?.settled();
    this.loan?.release();
    this.loan = undefined;
    void this.incoming?.return();
  }

  /** Reads the request and runs the handler; never rejects. The frame is borrowed until the first `await`. */
  protected abstract handle(frame: Frame): Promise<void>;

  /**
   * Ends the call with what the handler threw: a `MillraceError` as it is, anything else as `internal`, and reported.
   * What it throws after it was told to stop is nobody's concern.
   */
  protected failWith(error: unknown): void {
    if (this.abortReason) return;
    if (error instanceof MillraceError) return this.fail(error);
    this.fail(new MillraceError("internal", `the handler of ${this.path} failed`));
    this.connection.runtime.report(error, `the handler of ${this.path}`);
  }

  /** Ends the call with an error, which waits for room as answers do. */
  protected fail(error: MillraceError): void {
    if (!this.over()) return;
    const size = sizeOfDetails(error.details);
    if (size > MAX_DETAIL_BYTES) this.reportDetails(size);
    void this.sendFailure(error);
  }

  /** Sends the error at once where there is room. */
  private async sendFailure(error: MillraceError): Promise<void> {
    while (this.connection.isFull) await this.connection.sender.turns.waitToAnswer(this);
    if (this.sentEnd || this.connection.state === "closed") return;
    try {
      do writeReason(this.claimEnd(), error);
      while (!this.commitEnd(statusOf(error.code)));
    } catch (unsent) {
      // A peer that leaves no room for the last frame does not read what it asks for, and loses its link.
      this.connection.refuse(MillraceError.from(unsent, "internal"));
    }
  }

  /** A cursor for the payload of the last frame, behind the answer's metadata; to be followed by `commitEnd`. */
  protected claimEnd(): Writer {
    const writer = this.connection.claim();
    if (this.answerMetadata) writer.put(this.answerMetadata);
    return writer;
  }

  /** Sends the last frame; `false` when it must be claimed and written once more. */
  protected commitEnd(status: number): boolean {
    const ext = this.answerMetadata ? this.answerMetadata.length / 8 : 0;
    return this.connection.sender.commitData(this, Flag.END, ext, status);
  }

  /** Marks the call as ended; `false` when it had ended before. */
  protected over(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.timer?.cancel();
    return true;
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

  private reportDetails(size: number): void {
    const lost = `an error's details of ${size} bytes are over the limit of ${MAX_DETAIL_BYTES}, and stay here`;
    this.connection.runtime.report(new MillraceError("resource_exhausted", lost), `the handler of ${this.path}`);
  }
}
