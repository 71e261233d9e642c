import type { Writer } from "../bytes/writer.js";
import { MillraceError, statusOf } from "../error.js";
import * as Entry from "../frame/entry.js";
import { writeNumberEntry } from "../frame/entries.js";
import * as Flag from "../frame/flag.js";
import * as Kind from "../frame/kind.js";
import { HEADER_BYTES } from "../frame/header.js";
import { Backlog, type Gate } from "./backlog.js";
import { Batch } from "./batch.js";
import { FREE_BYTES, OVERDRAW_BYTES, SendWindow } from "./flow.js";
import type { Hello } from "./hello.js";
import { FIRST_FRAME_BYTES, type Limits } from "./limits.js";
import { writeReason } from "./reason.js";
import type { Runtime } from "./runtime.js";
import type { Stream } from "./stream.js";
import type { Transport } from "./transport.js";
import type { Supply, Turns } from "./turns.js";

/** `stream` of a CREDIT for one-way messages: the slot 0 of the other initiator. */
export const MESSAGES = 1 << 31;

/** What of a connection is told of what goes out. */
export interface Parts {
  /** This side's end of a stream has gone out. */
  readonly streams: { sentEnd(stream: Stream): void };
  /** Few answers wait for the socket. */
  readonly reading: { answersSent(): void };
  /** The peer makes this side answer without reading the answers. */
  readonly life: { destroy(error: MillraceError): void };
}

/**
 * All that goes out on a link. A message is claimed, encoded and committed; what the peer lets in at once goes into the
 * batch, the rest waits in the backlog:
 *
 *   claim ── encode ── commit ──▶ batch ──▶ transport
 *                         │         ▲
 *                         └▶ backlog┘  too long for a frame, or without credit
 */
export class Sender implements Gate, Supply {
  readonly batch: Batch;
  /** Made for the first message that has to wait. */
  private backlog: Backlog | undefined = undefined;
  private readonly link = new SendWindow(0);
  private readonly messages = new SendWindow(0);
  maxFrameBytes = FIRST_FRAME_BYTES;
  /** What the peer said in its HELLO. */
  peer: Hello | undefined = undefined;
  private maxMessageBytes = FIRST_FRAME_BYTES;
  /** OPENs that have gone out. */
  opens = 0;
  private waiters: (() => void)[] = [];
  /** Where streams wait that are blocked for no reason of their own. */
  readonly turns: Turns;
  isClosed = false;
  private isPumpScheduled = false;

  /**
   * @param isClient whether this side opened the connection.
   * @param parts those of the connection that are told of what happens.
   */
  constructor(
    private readonly isClient: boolean,
    transport: Transport,
    private readonly runtime: Runtime,
    private readonly limits: Limits,
    private readonly parts: Parts,
  ) {
    this.batch = new Batch(transport, runtime.slabs, runtime.schedule, this);
    this.turns = runtime.turns(this);
  }

  /** Takes the peer's limits and first credit from its HELLO. */
  opened(peer: Hello): void {
    this.peer = peer;
    this.maxFrameBytes = peer.maxFrameBytes;
    this.maxMessageBytes = peer.maxMessageBytes;
    this.link.granted = peer.linkWindowBytes;
    this.messages.granted = peer.messageWindowBytes;
  }

  /** Bytes accepted that the socket has not finished. */
  get unsentBytes(): number {
    return this.batch.unsentBytes + this.waitingBytes;
  }

  /** Bytes of messages that wait for credit or for their turn. */
  private get waitingBytes(): number {
    return this.backlog?.bytes ?? 0;
  }

  /** Whether it is time to slow down: more than `highWaterBytes` wait, or half of what may. */
  get isCongested(): boolean {
    return this.isFull || this.unsentBytes > this.limits.highWaterBytes;
  }

  /**
   * Whether the peer calls without reading what it is answered: more than `highWaterBytes` of control frames and last frames
   * of answers wait for the socket. (The items of streams do not count: they wait for the peer by themselves.)
   */
  get hasUnreadAnswers(): boolean {
    return this.batch.answerBytes > this.limits.highWaterBytes;
  }

  /** Whether no room is left, and that is the peer's doing: much of what waits is what it makes this side say. */
  private get isFlooded(): boolean {
    const { highWaterBytes, maxUnsentBytes } = this.limits;
    return this.unsentBytes >= maxUnsentBytes && this.batch.answerBytes >= Math.min(highWaterBytes, maxUnsentBytes);
  }

  /** Whether more than half of `maxUnsentBytes` waits. */
  get isFull(): boolean {
    return this.unsentBytes > this.limits.maxUnsentBytes / 2;
  }

  get hasCredit(): boolean {
    return this.link.credit > 0;
  }

  /** Whether messages wait for credit or for their turn. */
  get hasBacklog(): boolean {
    return this.waitingBytes > 0;
  }

  get socketRoom(): number {
    return this.limits.highWaterBytes - this.batch.unsentBytes;
  }

  /**
   * A cursor for the extension and payload of a message; encode, then commit, and do both again if that returns `false`.
   * Throws `resource_exhausted` when `maxUnsentBytes` wait already.
   */
  claim(): Writer {
    const waiting = this.unsentBytes;
    if (waiting < this.limits.maxUnsentBytes) return this.batch.claim();
    throw new MillraceError(
      "resource_exhausted",
      `${waiting} bytes wait for the peer to read: wait for link.drained()`,
    );
  }

  /** Sends the claimed message as the OPEN of `stream`. `ext` is in words of 8 bytes. Throws as `commitData` does. */
  commitOpen(stream: Stream, flags: number, ext: number, method: number): boolean {
    return this.commit(stream, Kind.OPEN, flags, ext, method, this.maxFrameBytes);
  }

  /**
   * Sends the claimed message as DATA of `stream`. `false` means that it did not fit the page: claim and encode again.
   * Throws `resource_exhausted` when the peer does not accept so long a message.
   */
  commitData(stream: Stream, flags: number, ext: number, status: number): boolean {
    return this.commit(stream, Kind.DATA, flags, ext, status, stream.isQueued ? 0 : this.longest(this.roomFor(stream)));
  }

  /** Sends the claimed message without an answer. Throws as `commitData` does. */
  commitMessage(type: number): boolean {
    const longest = this.backlog?.hasMessages ? 0 : this.longest(this.messages.credit);
    return this.commit(undefined, Kind.MESSAGE, 0, 0, type, longest);
  }

  /** Whether messages of any stream would have to wait, `stream` included. */
  isBlocked(stream: Stream): boolean {
    return this.isCongested || this.roomFor(stream) <= 0;
  }

  /** Resolves when something has changed for those who wait. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** Lets everybody who waits look again. */
  resume(): void {
    if (this.waiters.length === 0) return;
    const waiters = this.waiters;
    this.waiters = [];
    for (const wake of waiters) wake();
  }

  /** Takes a CREDIT for one stream, or for the link or its messages; returns by how many bytes it raised what may be sent.
   * Throws `invalid_argument` when that becomes more than 2³¹ − 1. */
  credit(to: Stream | "link" | "messages", total: number): number {
    const window = to === "link" ? this.link : to === "messages" ? this.messages : to.sending;
    const raised = (total - window.granted) | 0;
    if (raised <= 0) return 0;
    if (window.credit + raised >= 2 ** 31) {
      throw new MillraceError("invalid_argument", "the peer granted more than 2^31 - 1 bytes");
    }
    window.granted = total;
    if (to === "link") {
      this.backlog?.pump();
      this.turns.open();
    } else this.backlog?.credited(to === "messages" ? undefined : to);
    if (typeof to === "object") to.onReady();
    return raised;
  }

  /** Ends `stream` with a RESET; returns whether the peer has to answer it, which it has not if it never heard of it. */
  reset(stream: Stream, error: MillraceError): boolean {
    const isKnown = this.backlog?.drop(stream) ?? true;
    if (isKnown) this.resetId(stream.id, error);
    return isKnown;
  }

  /** Sends a RESET for a stream, or for the link (0), then with how long the peer is to stay away. */
  resetId(stream: number, error: MillraceError, retryAfterMs = 0): void {
    let ext: number;
    do {
      const writer = this.batch.claim();
      ext = writeRetryAfter(writer, retryAfterMs);
      writeReason(writer, error);
    } while (!this.batch.commit(Kind.RESET, 0, ext, stream, statusOf(error.code)));
  }

  /** Sends a frame without payload; on a closed link nothing, since credit is still granted there by those who read on. */
  control(kind: Kind.Any, flags: number, stream: number, aux: number, retryAfterMs = 0): void {
    if (this.isClosed) return;
    if (this.isFlooded) {
      return this.parts.life.destroy(
        new MillraceError("resource_exhausted", "the peer sends without reading what it is sent"),
      );
    }
    const ext = writeRetryAfter(this.batch.claim(), retryAfterMs);
    this.batch.answers(HEADER_BYTES + ext * 8);
    this.batch.commit(kind, flags, ext, stream, aux);
  }

  /** Forgets all that waits, and lets go of it when the transport has (`release`). */
  close(): void {
    this.isClosed = true;
    this.backlog?.release();
    this.turns.leave();
    this.resume();
  }

  release(): void {
    this.batch.release();
  }

  /** @param before how many bytes go before the frame that there has to be room for. */
  roomFor(stream: Stream | undefined, before = 0): number {
    if (!stream) return this.messages.credit;
    const { credit } = stream.sending;
    return stream.freeSentBytes + before < FREE_BYTES ? credit : Math.min(credit, this.link.credit);
  }

  sent(stream: Stream | undefined, kind: Kind.Any, length: number): void {
    if (!stream) {
      if (kind === Kind.MESSAGE) this.messages.take(length);
      return;
    }
    if (kind === Kind.OPEN) stream.ordinal = ++this.opens;
    if (kind !== Kind.DATA) return;
    stream.sending.take(length);
    if (stream.freeSentBytes < FREE_BYTES) stream.freeSentBytes += length;
    else this.link.take(length);
  }

  ended(stream: Stream): void {
    this.parts.streams.sentEnd(stream);
  }

  private longest(room: number): number {
    return room <= 0 ? 0 : Math.min(room + OVERDRAW_BYTES, this.maxFrameBytes);
  }

  private commit(
    stream: Stream | undefined,
    kind: Kind.Any,
    flags: number,
    ext: number,
    aux: number,
    longest: number,
  ): boolean {
    const { batch } = this;
    const length = batch.claimedBytes;
    const payloadBytes = length - HEADER_BYTES - ext * 8;
    if (payloadBytes < 0) throw new MillraceError("failed_precondition", "a getter of the message sent another one");
    if (payloadBytes > this.maxMessageBytes) throw tooLong(payloadBytes, this.maxMessageBytes);
    if (!batch.fit()) return false;
    if (length > longest) {
      this.backlog ??= new Backlog(batch, this.runtime.slabs, this);
      this.backlog.take(stream, kind, flags, ext, aux);
      return true;
    }
    this.sent(stream, kind, length);
    const isEnd = stream !== undefined && (flags & Flag.END) !== 0;
    if (isEnd && stream.id < 0 === this.isClient) batch.answers(length);
    batch.commit(kind, flags, ext, stream?.id ?? 0, aux);
    if (isEnd) this.ended(stream);
    return true;
  }

  /**
   * The backlog goes on in the next turn: a socket that takes all at once calls back before anything else runs, and would
   * be given the whole of a message before an answer that is ready.
   */
  progressed(): void {
    if (this.hasBacklog && !this.isPumpScheduled) {
      this.isPumpScheduled = true;
      this.runtime.schedule(() => {
        this.isPumpScheduled = false;
        this.backlog?.pump();
      });
    }
    if (!this.isCongested) this.resume();
    this.turns.open();
    if (this.batch.answerBytes <= this.limits.highWaterBytes / 2) this.parts.reading.answersSent();
  }
}

/** Writes how long the peer is to stay away, if it is, and returns the words of 8 bytes it took. */
function writeRetryAfter(writer: Writer, ms: number): number {
  if (ms === 0) return 0;
  writeNumberEntry(writer, Entry.RETRY_AFTER, ms);
  return 1;
}

function tooLong(bytes: number, limit: number): MillraceError {
  return new MillraceError(
    "resource_exhausted",
    `a message of ${bytes} bytes is over the limit of ${limit} there: send it in parts or raise maxMessageBytes`,
  );
}
