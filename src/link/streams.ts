import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import * as Kind from "../frame/kind.js";
import type { Assembly } from "./assembly.js";
import type { Budget } from "./budget.js";
import type { Hello } from "./hello.js";
import type { Intake } from "./intake.js";
import { type State, unavailable } from "./life.js";
import type { Limits } from "./limits.js";
import { readReason } from "./reason.js";
import { MESSAGES, type Sender } from "./sender.js";
import type { Stream } from "./stream.js";
import { SLOT_MASK, StreamTable } from "./stream-table.js";

/** Nobody who means well grants less at a time. */
const LEAST_CREDIT_BYTES = 1024;
/**
 * So many frames of one stream may come after its end: four CREDITs, since a window is given back in halves, with what the
 * sender overdrew, and a RESET by who did not know of it.
 */
const LATE_FRAMES = 5;

/** This side's end of a stream that the peer opened. */
export interface AcceptedStream extends Stream {
  /** Reads what is beside the request from the OPEN frame, of a long request its first part. */
  opened(frame: Frame): void;
  /** Reads the whole OPEN frame, which is borrowed until the return. */
  started(frame: Frame): void;
}

/** What the streams of a connection are told by it. */
export interface Host {
  readonly state: State;
  /** Whether no new calls are made. */
  readonly isDraining: boolean;
  /** Whether none are accepted: those that the peer made before its own DRAIN may come behind that. */
  readonly isLeaving: boolean;
  /** This side's end of a stream that the peer opens. With a `refusal` it only says no. */
  accept(frame: Frame, refusal?: MillraceError): AcceptedStream;
  /** The last stream has ended. */
  emptied(): void;
}

/** What the events are for that come over a link. */
export interface Subscriptions {
  onEvent(frame: Frame): void;
  /** A stream is closed, which may have been one of them. */
  ended(stream: Stream): void;
}

/** The streams that are open on a connection, and what each kind of frame does to them. */
export class Streams {
  /** Frames that came for streams which are closed already. */
  lateFrames = 0;
  /** How many CREDITs and RESETs may still come for streams that are closed already. */
  private lateLeft = 0;
  private readonly table: StreamTable;
  /** Those of this side; there from the first one on. */
  subscriptions: Subscriptions | undefined;
  private maxOwn = 0;
  private firstCredit = 0;

  constructor(
    isClient: boolean,
    private readonly host: Host,
    private readonly sender: Sender,
    private readonly intake: Intake,
    private readonly budget: Budget,
    private readonly limits: Limits,
  ) {
    this.table = new StreamTable(isClient);
  }

  /** Streams that are open now, of both sides: 0 when no call is under way. */
  get count(): number {
    return this.table.count;
  }

  /** How many streams this side has open, as a share of those that the peer allows. */
  get load(): number {
    return this.table.ownCount / this.maxOwn;
  }

  /** Streams that the peer has ever opened. */
  get accepted(): number {
    return this.table.accepted;
  }

  /** Takes the peer's limits from its HELLO. */
  opened({ maxStreams, streamWindowBytes }: Hello): void {
    this.maxOwn = maxStreams;
    this.firstCredit = streamWindowBytes;
  }

  onOpen(frame: Frame): void {
    const most = this.limits.maxStreams;
    if ((frame.stream & SLOT_MASK) > most) {
      throw new MillraceError("resource_exhausted", `more than the ${most} calls that a link may have at once here`);
    }
    const refusal = this.host.isLeaving ? unavailable("this side is draining: call another one") : undefined;
    const stream = this.host.accept(frame, refusal);
    if (!this.table.accept(frame.stream, stream)) {
      throw new MillraceError("failed_precondition", `the peer opened stream ${frame.stream >>> 0}, which is not free`);
    }
    stream.sending.granted = this.firstCredit;
    stream.gotEnd = frame.isEnd;
    stream.opened(frame);
    if (refusal) stream.started(frame);
    else if (!stream.sentEnd) this.complete(stream, frame);
  }

  onData(frame: Frame): void {
    const stream = this.find(frame);
    if (!stream) return;
    if (stream.gotEnd) {
      const id = frame.stream >>> 0;
      throw new MillraceError("failed_precondition", `the peer sent data on stream ${id} after its end`);
    }
    // An empty message draws on credit as others do; a fragment is granted what it takes.
    if (frame.payloadBytes === 0 && frame.isFragment) this.budget.spend("empty fragments");
    this.intake.count(stream, frame);
    // Where there is no room for a CREDIT, the link is closed now.
    if (this.host.state !== "closed") this.complete(stream, frame);
  }

  onEvent(frame: Frame): void {
    if (this.subscriptions) this.subscriptions.onEvent(frame);
    else if (frame.kind === Kind.EVENT) this.lateFrames++;
    else this.find(frame)?.onEvent(frame);
  }

  onCredit(frame: Frame): void {
    const to = frame.stream === 0 ? "link" : frame.stream === MESSAGES ? "messages" : this.find(frame);
    if (!to) return this.late("small CREDITs");
    if (this.sender.credit(to, frame.aux) < LEAST_CREDIT_BYTES) this.budget.spend("small CREDITs");
  }

  onReset(frame: Frame): void {
    const stream = this.find(frame);
    if (!stream) return this.late("RESETs");
    // What answers this side's end, or an answer that came before all requests, cuts no work short.
    // Calls that were open before may all be cancelled at once; those that are opened to be cancelled may not.
    if (!stream.sentEnd) this.budget.spend("RESETs", this.count);
    const error = readReason(frame);
    stream.gotEnd = true;
    if (stream.sentEnd) this.remove(stream);
    else this.reset(stream, new MillraceError("cancelled", "the peer reset the stream"));
    stream.onReset(error);
  }

  /** Gives a stream its id. Throws `resource_exhausted` at the peer's limit of streams, `unavailable` when draining. */
  open(stream: Stream): void {
    if (this.host.isDraining) throw unavailable("the link is draining: make the call on another one");
    if (this.table.ownCount >= this.maxOwn) {
      throw new MillraceError("resource_exhausted", `the peer allows ${this.maxOwn} calls at once on one link`);
    }
    stream.sending.granted = this.firstCredit;
    this.table.add(stream);
  }

  /** Ends `stream` at once and tells the peer why; what still comes for it is dropped. */
  reset(stream: Stream, error: MillraceError): void {
    stream.isDiscarding = true;
    if (this.sender.reset(stream, error)) this.sentEnd(stream);
    else this.remove(stream);
  }

  /** Notes that this side's end of `stream` has gone out. */
  sentEnd(stream: Stream): void {
    stream.sentEnd = true;
    if (stream.gotEnd) this.remove(stream);
    else if (!this.table.isOwn(stream.id)) stream.isDiscarding = true;
  }

  /** Resets the stream that holds most of what waits for its reader, so that the others go on. */
  resetLargest(): void {
    const [largest] = this.table.all().sort((a, b) => unreadBytes(b) - unreadBytes(a));
    if (!largest || unreadBytes(largest) === 0) return;
    largest.onRefused(
      new MillraceError(
        "resource_exhausted",
        "too much waits unread on the link, most of it here: read it or cancel the call",
      ),
    );
  }

  /** Ends all streams on this side: the link is closed. */
  close(error: MillraceError): void {
    for (const stream of this.table.clear()) {
      this.intake.drop(stream);
      stream.onReset(error);
    }
  }

  /** The message, of a stream or one-way, of which a frame that is not whole yet may be the next fragment. */
  assemblyOf({ kind, stream }: Frame): Assembly | undefined {
    if (kind === Kind.MESSAGE) return this.intake.assembly;
    return kind === Kind.DATA ? this.table.find(stream)?.assembly : undefined;
  }

  /** Hands a message to its stream when all of it has come. */
  private complete(stream: Stream, frame: Frame): void {
    let message: Frame | undefined;
    try {
      if (!stream.isDiscarding) message = this.intake.assemble(stream, frame);
    } catch (error) {
      stream.onRefused(MillraceError.from(error));
    }
    if (frame.isEnd && frame.kind === Kind.DATA) this.gotEnd(stream);
    if (!message) return;
    try {
      if (message.kind === Kind.OPEN) (stream as AcceptedStream).started(message);
      else stream.onData(message);
    } finally {
      this.intake.done();
    }
  }

  private gotEnd(stream: Stream): void {
    stream.gotEnd = true;
    if (stream.sentEnd) this.remove(stream);
  }

  /** The stream that a frame is for, unless it is closed. */
  find(frame: Frame): Stream | undefined {
    const stream = this.table.find(frame.stream);
    if (!stream) this.lateFrames++;
    return stream;
  }

  /** Notes a frame for a stream that is closed; as many may come as were under way when streams ended. */
  private late(what: string): void {
    if (this.lateLeft > 0) this.lateLeft--;
    else this.budget.spend(what);
  }

  /** Frees the slot of a stream: its end was sent and received, or the peer was told nothing of it. */
  remove(stream: Stream): void {
    this.subscriptions?.ended(stream);
    this.lateLeft = Math.min(this.lateLeft + LATE_FRAMES, LATE_FRAMES * this.limits.maxStreams);
    this.table.remove(stream);
    this.intake.drop(stream);
    if (this.table.count === 0) this.host.emptied();
  }
}

function unreadBytes({ window, assembly }: Stream): number {
  return (window?.waiting ?? 0) + (assembly?.bytes ?? 0);
}
