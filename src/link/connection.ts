import type { Received } from "../bytes/received.js";
import type { Writer } from "../bytes/writer.js";
import { MillraceError, textOf } from "../error.js";
import type { Frame } from "../frame/frame.js";
import * as Flag from "../frame/flag.js";
import * as Kind from "../frame/kind.js";
import { Parser } from "../frame/parser.js";
import { Budget } from "./budget.js";
import { Heartbeat } from "./heartbeat.js";
import { HELLO_BYTES, MAGIC, readHello, writeHello } from "./hello.js";
import { Intake } from "./intake.js";
import { Life, type Living, type State, unavailable } from "./life.js";
import { FIRST_FRAME_BYTES, type Limits } from "./limits.js";
import type { Reading } from "./reading.js";
import type { Runtime } from "./runtime.js";
import { Sender } from "./sender.js";
import { NO_SERVICES, readServices, type ServiceMark, writeServices } from "./services.js";
import { type AcceptedStream, type Host, Streams } from "./streams.js";
import type { Receiver, Transport } from "./transport.js";

/** The number of the PING that goes behind a DRAIN; those of the heartbeat count up from 1. */
const DRAIN_PING = -1;

/** What a connection tells the room above it. Frames are borrowed until the return. */
export interface Inbound {
  /** What this side answers now; the HELLO tells the peer. */
  readonly services: readonly ServiceMark[];
  /** The handshake is done, the peer or this side drains, or the connection is closed; then `reason` says why. */
  changed(state: State, reason?: MillraceError): void;
  /** The peer opens a stream: returns this side's end, which is then told to start. With a `refusal` it only says no. */
  accept(frame: Frame, refusal?: MillraceError): AcceptedStream;
  /** A one-way message; `frame.aux` is its type id. Resolves, or returns, when its bytes are consumed. */
  message(frame: Frame): void | Promise<void>;
}

/** One connection: bytes come in by `filled` or `receive`, frames go to their stream or handler, whose own go out by `sender`. */
export class Connection implements Receiver, Host, Living {
  receivedBytes = 0;
  receivedFrames = 0;
  /** The fingerprints of the services that the peer listed in its HELLO, by id. */
  peerServices = NO_SERVICES;
  readonly life: Life;
  readonly sender: Sender;
  readonly intake: Intake;
  readonly streams: Streams;
  readonly reading: Reading;
  /** Called once when the connection is closed; made by the first who wants to know. */
  closers: Set<() => void> | undefined;
  /** Called when the transport is closed, too, which may be later. */
  gone: ((connection: Connection) => void) | undefined;
  private readonly ring: Received;
  private readonly parser = new Parser(FIRST_FRAME_BYTES);
  private readonly heartbeat: Heartbeat;
  private readonly budget: Budget;
  /** Whether this side drains, and all that the peer sent before it knew of that has come. */
  private isDrainHeard = false;

  constructor(
    private readonly isClient: boolean,
    readonly transport: Transport,
    readonly runtime: Runtime,
    readonly limits: Limits,
    private readonly inbound: Inbound,
  ) {
    const { clock, slabs } = runtime;
    this.reading = runtime.reading(transport, limits, this);
    this.ring = this.reading.ring;
    this.sender = new Sender(isClient, transport, runtime, limits, this);
    this.intake = new Intake(limits, clock, slabs, this);
    this.budget = new Budget(clock, limits.maxControlFramesPerSecond);
    this.streams = new Streams(isClient, this, this.sender, this.intake, this.budget, limits);
    this.heartbeat = new Heartbeat(clock, limits, this);
    this.life = new Life(this);
    if (isClient) this.sayHello();
  }

  get state(): State {
    return this.life.state;
  }

  /** Received bytes that had to be copied: to keep a frame or message in one piece, or to outlive the memory read into. */
  get copiedBytes(): number {
    return this.ring.copiedBytes + this.parser.frame.reader.copiedBytes + this.intake.copiedBytes;
  }

  get isDraining(): boolean {
    return this.state === "draining";
  }

  get isLeaving(): boolean {
    return this.life.isLeaving;
  }

  /** Whether so much waits to be sent that an answer has to wait for its turn. */
  get isFull(): boolean {
    return this.state !== "closed" && this.sender.isFull;
  }

  window(): Uint8Array {
    return this.ring.window();
  }

  filled(count: number): void {
    this.receivedBytes += count;
    this.ring.filled(count);
    this.parse();
  }

  receive(chunk: Uint8Array): void {
    this.receivedBytes += chunk.length;
    this.endIfGone();
    for (let offset = 0; offset < chunk.length && this.state !== "closed"; ) {
      offset += this.ring.take(chunk, offset);
      this.parse();
    }
  }

  private parse(): void {
    const before = this.receivedFrames;
    try {
      let frame: Frame | undefined;
      while (this.state !== "closed" && (frame = this.parser.next(this.ring))) {
        this.receivedFrames++;
        this.dispatch(frame);
      }
    } catch (error) {
      this.endIfGone();
      this.refuse(error instanceof Error ? error : new Error(textOf(error), { cause: error }));
    }
    this.endIfGone();
    if (this.state === "closed") return this.ring.release();
    this.reading.ended(this.parser, this.receivedFrames > before, this);
    if (this.sender.hasUnreadAnswers) this.reading.holdForAnswers();
  }

  /** Ends the link when a handler has transferred memory that it was only lent, and what had arrived there with it. */
  private endIfGone(): void {
    if (this.state === "closed" || !this.ring.isGone) return;
    this.refuse(new Error("borrowed bytes were transferred: transfer a copy instead"));
  }

  private dispatch(frame: Frame): void {
    if (this.state === "connecting" && frame.kind !== Kind.HELLO) return this.beforeHello(frame);
    switch (frame.kind) {
      case Kind.DATA:
        return this.streams.onData(frame);
      case Kind.OPEN:
        return this.streams.onOpen(frame);
      case Kind.MESSAGE:
        return this.onMessage(frame);
      case Kind.CREDIT:
        return this.streams.onCredit(frame);
      case Kind.RESET:
        return frame.stream === 0 ? this.life.goodbye(frame) : this.streams.onReset(frame);
      case Kind.EVENT:
      case Kind.GAP:
      case Kind.SUBSCRIBED:
        return this.streams.onEvent(frame);
      case Kind.PING:
        this.budget.spend("PINGs");
        return this.sender.control(Kind.PONG, Flag.IGNORABLE, 0, frame.aux);
      case Kind.PONG:
        return this.onPong(frame);
      case Kind.DRAIN:
        return this.life.drained(frame);
      case Kind.HELLO:
        return this.onHello(frame);
      default:
        if ((frame.flags & Flag.IGNORABLE) !== 0) return;
        throw new MillraceError("unimplemented", `frames of kind ${frame.kind} are not known here: is the peer newer?`);
    }
  }

  private beforeHello(frame: Frame): void {
    if (frame.kind === Kind.RESET && frame.stream === 0) return this.life.goodbye(frame);
    throw new MillraceError("failed_precondition", "bytes came before the HELLO; is the peer speaking millrace?");
  }

  private sayHello(): void {
    const writer = this.sender.batch.claim(FIRST_FRAME_BYTES);
    writeHello(writer, this.limits);
    writeServices(writer, this.inbound.services);
    this.sender.batch.commit(Kind.HELLO, 0, 0, 0, MAGIC);
  }

  private onHello(frame: Frame): void {
    if (this.state !== "connecting") throw new MillraceError("failed_precondition", "the peer sent a second HELLO");
    const peer = readHello(frame);
    this.peerServices = readServices(frame, HELLO_BYTES);
    if (!this.isClient) this.sayHello();
    this.parser.maxFrameBytes = this.limits.maxFrameBytes;
    this.sender.opened(peer);
    this.streams.opened(peer);
    this.heartbeat.start();
    this.life.open();
  }

  accept(frame: Frame, refusal?: MillraceError): AcceptedStream {
    return this.inbound.accept(frame, refusal);
  }

  emptied(): void {
    if (this.isDrainHeard && this.streams.count === 0) this.close();
  }

  private onMessage(frame: Frame): void {
    const message = this.intake.assembleMessage(frame);
    if (!message) return;
    const bytes = message.wireBytes;
    const done = this.deliver(message);
    if (done instanceof Promise) void done.then(() => this.intake.messageConsumed(bytes));
    else this.intake.messageConsumed(bytes);
  }

  private deliver(message: Frame): void | Promise<void> {
    try {
      return this.inbound.message(message);
    } finally {
      this.intake.done();
    }
  }

  private onPong(frame: Frame): void {
    if (frame.aux !== DRAIN_PING) return this.heartbeat.pong(frame.aux);
    this.isDrainHeard = this.isDraining;
    this.emptied();
  }

  /**
   * A cursor for the extension and payload of a message, to be followed by a commit (see `Sender`).
   * Throws `unavailable` on a closed link and `resource_exhausted` when too much waits for the socket already.
   */
  claim(): Writer {
    if (this.state === "closed" || this.state === "connecting") throw unavailable("the link is closed");
    return this.sender.claim();
  }

  /** Resolves when little enough waits to be sent, and when the link closes. */
  async drained(): Promise<void> {
    while (this.state !== "closed" && this.sender.isCongested) await this.sender.changed();
  }

  /**
   * Accepts no calls any more, lets those under way finish, then closes. A PING behind the DRAIN tells when all has come that
   * the peer sent before it knew, so that a call which crossed the DRAIN still gets its answer.
   */
  drain(retryAfterMs = 0): void {
    if (this.state === "connecting") this.close(retryAfterMs);
    if (this.state !== "open") return;
    this.life.drain(retryAfterMs);
    this.sender.control(Kind.DRAIN, 0, 0, this.streams.accepted, retryAfterMs);
    this.sender.control(Kind.PING, Flag.IGNORABLE, 0, DRAIN_PING);
  }

  close(retryAfterMs = 0): void {
    this.life.close(retryAfterMs);
  }

  refuse(reason: Error): void {
    this.life.refuse(reason);
  }

  closed(reason?: Error): void {
    this.life.lost(reason);
    this.gone?.(this);
  }

  ping(number: number): void {
    this.ring.rest();
    this.sender.control(Kind.PING, Flag.IGNORABLE, 0, number);
  }

  silent(): void {
    this.life.destroy(unavailable(`the peer did not answer a ping within ${this.limits.pingTimeoutMs} ms`));
  }

  grant(stream: number, total: number): void {
    this.sender.control(Kind.CREDIT, 0, stream, total);
  }

  stalled(): void {
    this.streams.resetLargest();
  }

  changed(state: State, reason?: MillraceError): void {
    this.inbound.changed(state, reason);
  }

  ended(reason: MillraceError): void {
    this.heartbeat.stop();
    this.reading.stop();
    this.sender.close();
    this.streams.close(reason);
    this.intake.close();
    this.sender.resume();
    if (this.closers) for (const closer of this.closers) closer();
  }
}
