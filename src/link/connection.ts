import { Ring } from "../bytes/ring.js";
import type { Writer } from "../bytes/writer.js";
import { MillraceError, statusOf } from "../error.js";
import type { Frame } from "../frame/frame.js";
import { Flag, Kind } from "../frame/header.js";
import { Parser } from "../frame/parser.js";
import { Batch } from "./batch.js";
import type { Timer } from "./clock.js";
import { Heartbeat } from "./heartbeat.js";
import { type Hello, MAGIC, readHello, writeHello } from "./hello.js";
import { CLOSE_TIMEOUT_MS, FIRST_FRAME_BYTES, type Limits } from "./limits.js";
import { readReason, writeReason } from "./reason.js";
import type { Runtime } from "./runtime.js";
import { SLOT_MASK, type Stream, StreamTable } from "./stream.js";
import type { Receiver, Transport } from "./transport.js";

/** This side's end of a stream that the peer opened. */
export interface AcceptedStream extends Stream {
  /** Reads the OPEN frame, which is borrowed until the return. */
  started(frame: Frame): void;
}

/** What a connection tells the room above it. Frames are borrowed until the return. */
export interface Inbound {
  /** The handshake is done. */
  opened(): void;
  /** The peer opens a stream: returns this side's end, which is then told to start. `allowed` is false above `maxStreams`. */
  accept(frame: Frame, allowed: boolean): AcceptedStream;
  /** A one-way message; `frame.aux` is its type id. */
  message(frame: Frame): void;
  /** The connection is closed, after all its streams were told; the last call. */
  shut(error: MillraceError): void;
}

/**
 * One connection, both ways. Bytes come in by `filled` or `receive`, frames go to the stream or handler they are
 * for, and what those send goes through the batch to the transport:
 *
 *   connecting ── HELLO from the peer ──▶ open ── close(), refusal or the transport's end ──▶ closed
 */
export class Connection implements Receiver {
  state: "connecting" | "open" | "closed" = "connecting";
  /** Frames that came for streams which are closed already. */
  lateFrames = 0;
  receivedBytes = 0;
  receivedFrames = 0;
  readonly batch: Batch;
  private readonly ring: Ring;
  private readonly parser = new Parser(FIRST_FRAME_BYTES);
  private readonly streams: StreamTable;
  private readonly heartbeat: Heartbeat;
  private peer: Hello | undefined;
  private timer: Timer;
  private drains: (() => void)[] = [];

  constructor(
    private readonly isClient: boolean,
    readonly transport: Transport,
    readonly runtime: Runtime,
    readonly limits: Limits,
    private readonly inbound: Inbound,
  ) {
    this.ring = new Ring(runtime.readSlab, runtime.slabs);
    this.batch = new Batch(transport, runtime.slabs, runtime.schedule, () => this.progressed());
    this.streams = new StreamTable(isClient);
    this.heartbeat = new Heartbeat(
      runtime.clock,
      limits.pingIntervalMs,
      limits.pingTimeoutMs,
      (number) => this.control(Kind.PING, number),
      () =>
        this.destroy(
          new MillraceError("unavailable", `the peer did not answer a ping within ${limits.pingTimeoutMs} ms`),
        ),
    );
    this.timer = runtime.clock.after(limits.handshakeTimeoutMs, () =>
      this.refuse(new MillraceError("deadline_exceeded", `no HELLO within ${limits.handshakeTimeoutMs} ms`)),
    );
    if (isClient) this.sayHello();
  }

  /** Streams that are open now, of both sides: 0 when no call is under way. */
  get openStreams(): number {
    return this.streams.count;
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
        return this.onData(frame);
      case Kind.OPEN:
        return this.onOpen(frame);
      case Kind.MESSAGE:
        return this.inbound.message(frame);
      case Kind.CREDIT:
        return this.onCredit(frame);
      case Kind.RESET:
        return this.onReset(frame);
      case Kind.PING:
        return this.control(Kind.PONG, frame.aux);
      case Kind.PONG:
        return this.heartbeat.pong(frame.aux);
      case Kind.HELLO:
        return this.onHello(frame);
      default:
        if ((frame.flags & Flag.IGNORABLE) !== 0) return;
        throw new MillraceError(
          "unimplemented",
          `a frame of unknown kind ${frame.kind}: the peer may be newer than this side`,
        );
    }
  }

  private beforeHello(frame: Frame): void {
    if (frame.kind === Kind.RESET && frame.stream === 0) return this.onReset(frame);
    throw new MillraceError("failed_precondition", "the peer sent something before its HELLO: does it speak millrace?");
  }

  private sayHello(): void {
    writeHello(this.batch.claim(), this.limits);
    this.batch.commit(Kind.HELLO, 0, 0, 0, MAGIC);
  }

  private onHello(frame: Frame): void {
    if (this.state !== "connecting") throw new MillraceError("failed_precondition", "the peer sent a second HELLO");
    this.peer = readHello(frame);
    if (!this.isClient) this.sayHello();
    this.state = "open";
    this.timer.cancel();
    this.parser.maxFrameBytes = this.limits.maxFrameBytes;
    this.batch.maxFrameBytes = this.peer.maxFrameBytes;
    this.heartbeat.start();
    this.inbound.opened();
  }

  private onOpen(frame: Frame): void {
    const most = this.limits.maxStreams;
    const stream = this.inbound.accept(frame, (frame.stream & SLOT_MASK) <= most);
    if (!this.streams.accept(frame.stream, stream)) {
      throw new MillraceError("failed_precondition", `the peer opened stream ${frame.stream >>> 0}, which is not free`);
    }
    stream.grantedBytes = this.peer!.streamWindowBytes;
    stream.gotEnd = frame.isEnd;
    stream.started(frame);
  }

  private onData(frame: Frame): void {
    const stream = this.findStream(frame);
    if (!stream) return;
    if (frame.isEnd) this.gotEnd(stream);
    stream.onData(frame);
  }

  private onCredit(frame: Frame): void {
    const stream = this.findStream(frame);
    if (!stream) return;
    stream.grantedBytes = frame.aux;
    stream.onCredit();
  }

  private onReset(frame: Frame): void {
    const error = readReason(frame);
    if (frame.stream === 0) return this.end(unavailable(`the peer closed the link: [${error.code}] ${error.text}`));
    const stream = this.findStream(frame);
    if (!stream) return;
    if (!stream.sentEnd) this.sendReset(stream.id, new MillraceError("cancelled", "the peer reset the stream"));
    stream.sentEnd = true;
    this.gotEnd(stream);
    stream.onReset(error);
  }

  private findStream(frame: Frame): Stream | undefined {
    const stream = this.streams.find(frame.stream);
    if (!stream) this.lateFrames++;
    else if (stream.gotEnd && frame.kind === Kind.DATA) {
      throw new MillraceError(
        "failed_precondition",
        `the peer sent data on stream ${frame.stream >>> 0} after its end`,
      );
    }
    return stream;
  }

  private gotEnd(stream: Stream): void {
    stream.gotEnd = true;
    if (stream.sentEnd) this.streams.remove(stream);
  }

  /**
   * A cursor for the extension and payload of a frame, to be followed by `commit` (see `Batch`).
   * Throws `unavailable` on a closed link and `resource_exhausted` when too much waits for the socket already.
   */
  claim(): Writer {
    if (this.state !== "open") throw unavailable("the link is closed");
    if (this.batch.unsentBytes >= this.limits.maxUnsentBytes) {
      const waiting = this.batch.unsentBytes;
      throw new MillraceError(
        "resource_exhausted",
        `${waiting} bytes wait for the peer to read: wait for link.drained()`,
      );
    }
    return this.batch.claim();
  }

  /** Gives a stream its id. Throws `resource_exhausted` when the peer's limit of open streams is reached. */
  open(stream: Stream): void {
    const { maxStreams, streamWindowBytes } = this.peer!;
    if (this.streams.ownCount >= maxStreams) {
      throw new MillraceError("resource_exhausted", `the peer allows ${maxStreams} calls at once on one link`);
    }
    stream.grantedBytes = streamWindowBytes;
    this.streams.add(stream);
  }

  /** Takes back an `open` of which the peer was told nothing. */
  forget(stream: Stream): void {
    this.streams.remove(stream);
  }

  /** Sends what was written since the claim as the OPEN frame of `stream`; returns `false` as `Batch.commit` does. */
  commitOpen(stream: Stream, flags: number, ext: number, method: number): boolean {
    if (!this.batch.commit(Kind.OPEN, flags, ext, stream.id, method)) return false;
    stream.sentEnd = (flags & Flag.END) !== 0;
    return true;
  }

  /** Sends what was written since the claim as a DATA frame of `stream`; returns `false` as `Batch.commit` does. */
  commitData(stream: Stream, flags: number, status: number, ext = 0): boolean {
    const length = this.batch.claimedBytes;
    if (!this.batch.commit(Kind.DATA, flags, ext, stream.id, status)) return false;
    stream.sentBytes = (stream.sentBytes + length) | 0;
    if ((flags & Flag.END) !== 0) this.sentEnd(stream);
    return true;
  }

  /** Ends this side of `stream`, whose answer is complete without it. */
  stopSending(stream: Stream): void {
    if (this.state !== "open") return;
    this.batch.claim();
    this.commitData(stream, Flag.END, 0);
  }

  /** Ends `stream` at once and tells the peer why. */
  reset(stream: Stream, error: MillraceError): void {
    if (this.state !== "open") return;
    this.sendReset(stream.id, error);
    this.sentEnd(stream);
  }

  /** Lets the peer send on `stream` until its bytes of DATA, mod 2³², are `total`. */
  grant(stream: Stream, total: number): void {
    if (this.state === "open" && !stream.gotEnd) this.control(Kind.CREDIT, total, stream.id);
  }

  /** Resolves when little enough waits for the socket, at once if it does already, and when the link closes. */
  drained(): Promise<void> {
    if (!this.isCongested) return Promise.resolve();
    return new Promise((resolve) => this.drains.push(resolve));
  }

  /** Whether more than `highWaterBytes` wait for the socket. */
  get isCongested(): boolean {
    return this.state === "open" && this.batch.unsentBytes > this.limits.highWaterBytes;
  }

  /** Closes after sending what is committed; calls under way fail with `unavailable`. */
  close(): void {
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
    this.batch.release();
  }

  private destroy(error: MillraceError): void {
    this.shut(error);
    this.transport.destroy();
  }

  private bye(toPeer: MillraceError, here: MillraceError): void {
    if (this.state === "closed") return;
    this.sendReset(0, toPeer);
    this.end(here);
  }

  private end(error: MillraceError): void {
    if (this.state === "closed") return;
    this.batch.flush();
    this.shut(error);
    this.transport.end();
    this.timer = this.runtime.clock.after(CLOSE_TIMEOUT_MS, () => this.transport.destroy());
  }

  /** Makes the link closed: every call under way fails once with `unavailable`, and nothing is held any more. */
  private shut(error: MillraceError): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.timer.cancel();
    this.heartbeat.stop();
    this.ring.release();
    const reason = error.code === "unavailable" ? error : unavailable(error.message, error);
    for (const stream of this.streams.clear()) stream.onReset(reason);
    this.resumeSenders();
    this.inbound.shut(error);
  }

  private progressed(): void {
    if (!this.isCongested) this.resumeSenders();
  }

  private resumeSenders(): void {
    const drains = this.drains;
    if (drains.length === 0) return;
    this.drains = [];
    for (const resume of drains) resume();
  }

  private sentEnd(stream: Stream): void {
    stream.sentEnd = true;
    if (stream.gotEnd) this.streams.remove(stream);
  }

  private sendReset(stream: number, error: MillraceError): void {
    do writeReason(this.batch.claim(), error);
    while (!this.batch.commit(Kind.RESET, 0, 0, stream, statusOf(error.code)));
  }

  private control(kind: Kind, aux: number, stream = 0): void {
    if (this.batch.unsentBytes >= this.limits.maxUnsentBytes) {
      return this.destroy(new MillraceError("resource_exhausted", "the peer sends without reading what it is sent"));
    }
    this.batch.claim();
    this.batch.commit(kind, stream === 0 ? Flag.IGNORABLE : 0, 0, stream, aux);
  }
}

function unavailable(detail: string, cause?: Error): MillraceError {
  return new MillraceError("unavailable", detail, { cause });
}
