import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import type { Connection } from "../link/connection.js";
import { readReason } from "../link/reason.js";
import type { CallOptions } from "./call.js";
import { atCaller } from "./caller-stack.js";
import { ClientCall } from "./client-call.js";
import { type LateCall, LateStream } from "./gated-caller.js";
import { Incoming } from "./incoming.js";
import { decodeLent, releaseOnce } from "./loan.js";
import { Replay } from "./replay.js";
import type { FindCaller, Retry } from "./retry.js";
import type { Method, Stream } from "./service.js";

/** The caller's end of a call with one answer: DATA+END with the response, or with a status. */
export class ClientAnswer<Req, Res> extends ClientCall<Req, Res> {
  readonly response: Promise<Res>;
  private resolve!: (response: Res | Promise<Res>) => void;
  private reject!: (error: MillraceError) => void;

  /** In debug mode, where the call was made whose answer may be borrowed. */
  private readonly place: Error | undefined;

  constructor(
    connection: Connection,
    method: Method<Req, Res>,
    options: CallOptions | undefined,
    retry: Retry | undefined,
  ) {
    super(connection, method, options, retry);
    if (options?.onBorrowed && connection.runtime.debug) this.place = new Error("the call was made here");
    this.response = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  onData(frame: Frame): void {
    if (!frame.isEnd) return this.cancel(new MillraceError("internal", `${this.method.path} answered more than once`));
    if (!this.over()) return;
    this.stopSending();
    try {
      this.takeMetadata(frame);
      if (frame.aux !== 0) return this.fail(readReason(frame), true);
      this.resolve(this.read(frame));
      if (this.method.idempotent) this.retry?.succeeded();
    } catch (error) {
      this.failed(unreadable(this.method, error), true);
    }
    this.leave();
  }

  protected failed(error: MillraceError, isLate: boolean): void {
    if (isLate) this.resolve(atCaller(error));
    else this.reject(error);
  }

  protected repeat(find: FindCaller): void {
    const { method, kept } = this;
    const call: LateCall<Res> = (caller, options) =>
      kept instanceof Replay ? caller.clientStream(method, kept, options) : caller.unary(method, kept!, options);
    this.resolve(this.again(find, call).catch((error: unknown) => atCaller(MillraceError.from(error))));
  }

  /** The answer; borrowed only when somebody is told how to give it back. */
  private read(frame: Frame): Res {
    const { options, connection } = this;
    const codec = this.method.response;
    if (options?.bytes !== "borrowed" || !options.onBorrowed) return codec.decode(frame.reader);
    const { message, loan } = decodeLent(codec, frame, connection.runtime);
    if (!loan) return message;
    const release = releaseOnce([loan]);
    const caller = `the caller of ${this.method.path}`;
    try {
      options.onBorrowed(
        this.place ? connection.runtime.debug!.watch(release, connection, caller, this.place) : release,
      );
    } catch (error) {
      connection.runtime.report(error, `onBorrowed of ${this.method.path}`);
    }
    return message;
  }
}

/** The caller's end of a call with a stream of answers: DATA each, then DATA+END with no message or with a status. */
export class ClientAnswers<Req, Res> extends ClientCall<Req, Res> {
  protected readonly incoming: Incoming<Res>;
  private hasAnswers = false;

  constructor(
    connection: Connection,
    method: Method<Req, Res>,
    options: CallOptions | undefined,
    retry: Retry | undefined,
  ) {
    super(connection, method, options, retry);
    const stopped = (): void => this.cancel(new MillraceError("cancelled", "the caller stopped reading the stream"));
    this.incoming = this.receiver(options?.bytes === "borrowed", stopped);
  }

  /** Makes what the answers come in on; called once. */
  protected receiver(isLending: boolean, stopped: () => void): Incoming<Res> {
    return new Incoming(this.connection, this, this.method.response, isLending, stopped);
  }

  get responses(): Stream<Res> {
    return this.incoming;
  }

  onData(frame: Frame): void {
    if (this.isOver) return;
    try {
      if (frame.isEnd) this.takeMetadata(frame);
      if (frame.aux !== 0) return this.ended(readReason(frame));
      if (!this.hasAnswers) this.answered();
      if (frame.payloadBytes > 0 || !frame.isEnd) this.incoming.receive(frame);
    } catch (error) {
      return this.cancel(unreadable(this.method, error));
    }
    if (frame.isEnd) this.ended();
  }

  /** Whoever ends a call wants nothing more of it; else, what came before its end is still read. */
  protected override cancel(error: MillraceError, toPeer = error): void {
    if (!this.isOver) this.incoming.drop(error);
    super.cancel(error, toPeer);
  }

  protected failed(error: MillraceError): void {
    this.incoming.end(error);
  }

  protected repeat(find: FindCaller): void {
    const { method, kept } = this;
    const call: LateCall<Stream<Res>> = (caller, options) =>
      kept instanceof Replay ? caller.duplex(method, kept, options) : caller.serverStream(method, kept!, options);
    const gone = new AbortController();
    this.incoming.follow(new LateStream(this.again(find, call, gone), gone));
  }

  override get isAnswered(): boolean {
    return this.hasAnswers;
  }

  private answered(): void {
    this.hasAnswers = true;
    if (this.kept instanceof Replay) this.kept.runs();
  }

  private ended(error?: MillraceError): void {
    this.over();
    this.stopSending();
    if (error) return this.fail(error, true);
    this.leave();
    this.incoming.end();
    if (this.method.idempotent) this.retry?.succeeded();
  }
}

/** What a caller is told of a response that its codec, or its credit, refuses. */
export function unreadable(method: { readonly path: string }, error: unknown): MillraceError {
  const { code, text } = MillraceError.from(error);
  const shown = code === "resource_exhausted" ? code : "internal";
  return new MillraceError(shown, `the answer of ${method.path} is refused: ${text}`, { cause: error });
}
