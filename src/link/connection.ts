import { Ring } from "../bytes/ring.js";
import type { Writer } from "../bytes/writer.js";
import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import { Flag, Kind } from "../frame/header.js";
import { Parser } from "../frame/parser.js";
import { Budget } from "./budget.js";
import type { Timer } from "./clock.js";
import { Heartbeat } from "./heartbeat.js";
import { HELLO_BYTES, MAGIC, readHello, writeHello } from "./hello.js";
import { Intake } from "./intake.js";
import { CLOSE_TIMEOUT_MS, FIRST_FRAME_BYTES, type Limits } from "./limits.js";
import { readReason } from "./reason.js";
import type { Runtime } from "./runtime.js";
import { Sender } from "./sender.js";
import { NO_SERVICES, readServices, type ServiceMark, writeServices } from "./services.js";
import { type AcceptedStream, type Host, Streams } from "./streams.js";
import type { Receiver, Transport } from "./transport.js";

/** Where a connection is in its life. */
export type State = "connecting" | "open" | "draining" | "closed";

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

/**
 * One connection, both ways. Bytes come in by `filled` or `receive`, frames go to the stream or handler they are for, and
 * what those send goes out by `sender`:
 *
 *   connecting ── HELLO ──▶ open ── DRAIN ──▶ draining ── no call left ──▶ closed
 *        └──────────────────┴── close(), refusal, the transport's end ──────▲
 */
export class Connection implements Receiver, Host {
  state: State = "connecting";
  receivedBytes = 0;
  receivedFrames = 0;
  /** The fingerprints of the services that the peer listed in its HELLO, by id. */
  peerServices = NO_SERVICES;
  readonly sender: Sender;
  readonly intake: Intake;
  readonly streams: Streams;
  private readonly ring: Ring;
  private readonly parser = new Parser(FIRST_FRAME_BYTES);
  private readonly heartbeat: Heartbeat;
  private readonly budget: Budget;
  private timer: Timer;
  private isClosing = false;

  constructor(
    private readonly isClient: boolean,
    readonly transport: Transport,
    readonly runtime: Runtime,
    readonly limits: Limits,
    private readonly inbound: Inbound,
  ) {
    const { clock, slabs } = runtime;
    this.ring = new Ring(runtime.readSlab, slabs);
    this.sender = new Sender(
      transport,
      runtime,
      limits,
      (stream) => this.streams.sentEnd(stream),
      (error) => this.destroy(error),
    );
    this.intake = new Intake(limits, slabs, (stream, total) => this.sender.control(Kind.CREDIT, 0, stream, total));
    this.budget = new Budget(clock, limits.maxControlFramesPerSecond);
    this.streams = new Streams(isClient, this, this.sender, this.intake, this.budget, limits);
    this.heartbeat = new Heartbeat(
      clock,
      limits.pingIntervalMs,
      limits.pingTimeoutMs,
      (number) => {
        this.ring.rest();
        this.sender.control(Kind.PING, Flag.IGNORABLE, 0, number);
      },
      () => this.destroy(unavailable(`the peer did not answer a ping within ${limits.pingTimeoutMs} ms`)),
    );
    const late = new MillraceError("deadline_exceeded", `no HELLO within ${limits.handshakeTimeoutMs} ms`);
    this.timer = clock.after(limits.handshakeTimeoutMs, () => this.refuse(late));
    if (isClient) this.sayHello();
  }

  /** Received bytes that had to be copied: to keep a frame or message in one piece, or to outlive the memory read into. */
  get copiedBytes(): number {
    return this.ring.copiedBytes + this.parser.frame.reader.copiedBytes + this.intake.copiedBytes;
  }

  get isDraining(): boolean {
    return this.state === "draining";
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
    for (let offset = 0; offset < chunk.length && this.state !== "closed"; ) {
      offset += this.ring.take(chunk, offset);
      this.parse();
    }
  }

  private parse(): void {
    try {
      let frame: Frame | undefined;
      while (this.state !== "closed" && (frame = this.parser.next(this.ring))) {
        this.receivedFrames++;
        this.dispatch(frame);
      }
    } catch (error) {
      this.refuse(error instanceof Error ? error : new Error("what was thrown is no Error", { cause: error }));
    }
    if (this.state === "closed") this.ring.release();
    else this.ring.keep(this.parser.wanted);
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
        return frame.stream === 0 ? this.onGoodbye(frame) : this.streams.onReset(frame);
      case Kind.PING:
        this.budget.spend("PINGs");
        return this.sender.control(Kind.PONG, Flag.IGNORABLE, 0, frame.aux);
      case Kind.PONG:
        return this.heartbeat.pong(frame.aux);
      case Kind.DRAIN:
        return this.change("draining");
      case Kind.HELLO:
        return this.onHello(frame);
      default:
        if ((frame.flags & Flag.IGNORABLE) !== 0) return;
        throw new MillraceError("unimplemented", `frames of kind ${frame.kind} are not known here: is the peer newer?`);
    }
  }

  private beforeHello(frame: Frame): void {
    if (frame.kind === Kind.RESET && frame.stream === 0) return this.onGoodbye(frame);
    throw new MillraceError("failed_precondition", "the peer sent something before its HELLO: does it speak millrace?");
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
    this.timer.cancel();
    this.parser.maxFrameBytes = this.limits.maxFrameBytes;
    this.sender.opened(peer);
    this.streams.opened(peer);
    this.heartbeat.start();
    this.change("open");
  }

  accept(frame: Frame, refusal?: MillraceError): AcceptedStream {
    return this.inbound.accept(frame, refusal);
  }

  emptied(): void {
    if (this.isDraining) this.close();
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

  private onGoodbye(frame: Frame): void {
    const reason = readReason(frame);
    const isRefusal = this.state === "connecting" && reason.code !== "cancelled";
    if (isRefusal) return this.end(reason);
    this.end(unavailable(`the peer closed the link: [${reason.code}] ${reason.text}`));
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

  /** Accepts no calls any more, lets those under way finish, then closes. */
  drain(): void {
    if (this.state !== "open") return;
    this.sender.control(Kind.DRAIN, 0, 0, this.streams.accepted);
    this.change("draining");
    if (this.streams.count === 0) this.close();
  }

  /**
   * Closes when all that was accepted has been handed to the socket, which is waited for at most `CLOSE_TIMEOUT_MS`;
   * calls under way fail with `unavailable`.
   */
  close(): void {
    if (this.sender.hasBacklog && !this.isClosing) void this.closeWhenSent();
    else if (!this.isClosing) this.sayGoodbye();
  }

  private async closeWhenSent(): Promise<void> {
    this.isClosing = true;
    if (this.state === "open") this.change("draining");
    this.timer = this.runtime.clock.after(CLOSE_TIMEOUT_MS, () => this.sayGoodbye());
    while (this.state !== "closed" && this.sender.hasBacklog) await this.sender.changed();
    this.sayGoodbye();
  }

  private sayGoodbye(): void {
    this.bye(new MillraceError("cancelled", "closed by the other side"), unavailable("the link was closed"));
  }

  refuse(reason: Error): void {
    if (reason instanceof MillraceError) return this.bye(reason, reason);
    this.runtime.report(reason, "a link");
    this.bye(new MillraceError("internal", "the link failed"), MillraceError.from(reason, "internal"));
  }

  closed(reason?: Error): void {
    this.timer.cancel();
    this.shut(reason ? MillraceError.from(reason, "unavailable") : unavailable("the peer closed the connection"));
    this.sender.release();
  }

  private destroy(error: MillraceError): void {
    this.shut(error);
    this.transport.destroy();
  }

  private bye(toPeer: MillraceError, here: MillraceError): void {
    if (this.state === "closed") return;
    this.sender.resetId(0, toPeer);
    this.end(here);
  }

  private end(error: MillraceError): void {
    if (this.state === "closed") return;
    this.sender.batch.flush();
    this.shut(error);
    this.transport.end();
    this.timer = this.runtime.clock.after(CLOSE_TIMEOUT_MS, () => this.transport.destroy());
  }

  /** Makes the link closed: every call under way fails once with `unavailable`, and nothing is held any more. */
  private shut(error: MillraceError): void {
    if (this.state === "closed") return;
    this.timer.cancel();
    this.heartbeat.stop();
    this.ring.abandon();
    this.sender.close();
    this.state = "closed";
    const reason = error.code === "unavailable" ? error : unavailable(error.message, error);
    this.streams.close(reason);
    this.intake.drop();
    this.sender.resume();
    this.inbound.changed("closed", error);
  }

  private change(state: State): void {
    this.state = state;
    this.inbound.changed(state);
  }
}

function unavailable(detail: string, cause?: Error): MillraceError {
  return new MillraceError("unavailable", detail, { cause });
}
