import type { Slab, SlabPool } from "../bytes/slab.js";
import type { Writer } from "../bytes/writer.js";
import * as Entry from "../frame/entry.js";
import { NUMBER_ENTRY_BYTES, writeNumberEntry } from "../frame/entries.js";
import * as Flag from "../frame/flag.js";
import * as Kind from "../frame/kind.js";
import { HEADER_BYTES, padded } from "../frame/header.js";
import { type Batch, COPIED_BYTES, type Head } from "./batch.js";
import { OVERDRAW_BYTES } from "./flow.js";
import type { Stream } from "./stream.js";

/** The longest payload of a first fragment, and of all while others wait for their turn: what a small call may have to wait for. */
const FRAGMENT_BYTES = 64 * 1024;
/** What a waiting message takes beside its payload, about. */
const OVERHEAD_BYTES = 256;

/**
 * An encoded message that waits to be sent, in a slab of its own:
 *
 * ```
 *   |  ext  |## sent ##|== rest ==| pad |
 *   start              next       end
 * ```
 */
interface Waiting {
  slab: Slab;
  readonly kind: Kind.Any;
  readonly flags: number;
  readonly aux: number;
  readonly start: number;
  readonly extBytes: number;
  /** Index of the next byte of payload to send. */
  next: number;
  end: number;
  isStarted: boolean;
  /** Fragments handed to the socket straight from the slab and not finished. */
  writing: number;
}

/** What decides how much may be sent. */
export interface Gate {
  /** How many bytes more may wait for the socket; below 0 too many do. */
  readonly socketRoom: number;
  /** The longest frame that the receiver accepts. */
  readonly maxFrameBytes: number;
  /** How many bytes the receiver would take now of `stream`, or of one-way messages. */
  roomFor(stream: Stream | undefined): number;
  /** A frame of so many bytes goes out. */
  sent(stream: Stream | undefined, kind: Kind.Any, length: number): void;
  /** The last frame of `stream` has gone out. */
  ended(stream: Stream): void;
}

/**
 * Messages that could not be sent at once: too long for one frame, without credit, or behind others of their stream.
 * Streams take turns, a fragment each, and nothing is handed over while much waits for the socket, so that a
 * small call beside a large message is not held up. However many wait, only those are looked at that may go on.
 */
export class Backlog {
  /** Bytes that wait here, each message with its overhead. */
  bytes = 0;
  /** What waits of each stream, oldest first, and of one-way messages, whose stream is `undefined`. */
  private readonly lanes = new Map<Stream | undefined, Waiting[]>();
  /** Those that may go on, in the order of their turns. */
  private readonly ready = new Set<Stream | undefined>();
  /** Those that wait for the link's credit alone; what is in neither waits for its own. */
  private readonly starved = new Set<Stream>();

  constructor(
    private readonly batch: Batch,
    private readonly pool: SlabPool,
    private readonly gate: Gate,
  ) {}

  /** Whether one-way messages wait. */
  get hasMessages(): boolean {
    return this.lanes.has(undefined);
  }

  /** Takes over the message that was claimed in the batch and not committed. `ext` is in words of 8 bytes. */
  take(stream: Stream | undefined, kind: Kind.Any, flags: number, ext: number, aux: number): void {
    const { slab, start, end } = this.batch.detach();
    const next = start + ext * 8;
    const message = { slab, kind, flags, aux, start, extBytes: ext * 8, next, end, isStarted: false, writing: 0 };
    const lane = this.lanes.get(stream);
    if (lane) lane.push(message);
    else {
      this.lanes.set(stream, [message]);
      this.ready.add(stream);
    }
    if (stream) stream.isQueued = true;
    this.bytes += end - next + OVERHEAD_BYTES;
    this.pump();
  }

  /** Sends what may be sent now; called when the link has credit again and when the socket has finished a write. */
  pump(): void {
    const { ready, starved, gate } = this;
    while (gate.socketRoom >= 0) {
      // One for each turn: those that are left when the credit is used up have to be put back.
      const [first] = starved;
      if (first && gate.roomFor(first) > 0) this.wake(first);
      if (ready.size === 0) return;
      const [stream] = ready;
      ready.delete(stream);
      this.advance(stream, this.lanes.get(stream)!);
    }
  }

  /** The receiver takes more of `stream`, or of one-way messages. */
  credited(stream: Stream | undefined): void {
    if (this.lanes.has(stream)) this.wake(stream);
    this.pump();
  }

  /** Drops what waits for `stream`; returns whether the peer has heard of the stream. */
  drop(stream: Stream | undefined): boolean {
    const lane = this.lanes.get(stream);
    if (!lane) return true;
    this.forget(stream);
    if (stream) stream.isQueued = false;
    for (const message of lane) this.discard(message);
    return lane[0].kind !== Kind.OPEN || lane[0].isStarted;
  }

  /** Drops everything. */
  release(): void {
    for (const stream of this.lanes.keys()) this.drop(stream);
  }

  private wake(stream: Stream | undefined): void {
    this.ready.add(stream);
    if (stream) this.starved.delete(stream);
  }

  private forget(stream: Stream | undefined): void {
    this.wake(stream);
    this.ready.delete(stream);
    this.lanes.delete(stream);
  }

  /** Sends the next fragment of a stream, or lets it wait for what it lacks. */
  private advance(stream: Stream | undefined, lane: Waiting[]): void {
    const room = this.gate.roomFor(stream);
    if (room > 0) {
      this.ready.add(stream);
      return this.sendNext(stream, lane, room);
    }
    if (stream && stream.sending.credit > 0) this.starved.add(stream);
    this.shrink(lane[0]);
  }

  /** Sends the next fragment of the lane's first message. */
  private sendNext(stream: Stream | undefined, lane: Waiting[], room: number): void {
    const message = lane[0];
    const rest = message.end - message.next;
    const headBytes = HEADER_BYTES + message.extBytes + NUMBER_ENTRY_BYTES;
    const longest = Math.min(Math.max(room, OVERDRAW_BYTES), this.gate.maxFrameBytes);
    const size = Math.min(rest, this.longestPayload(message.isStarted), (longest - headBytes) & ~7);
    const isLast = size === rest;
    const writer = this.batch.claim(Math.min(size, COPIED_BYTES) + headBytes);
    const ext = message.isStarted ? 0 : writeExt(writer, message, !isLast);
    const head = headOf(message, isLast, stream);
    const part = message.slab.bytes.subarray(message.next, message.next + size);
    message.isStarted = true;
    message.next += size;
    this.bytes -= size;
    this.gate.sent(stream, head.kind, HEADER_BYTES + ext * 8 + size);
    if (size > COPIED_BYTES) this.lend(stream, message, head, ext, part);
    else {
      writer.bytes.set(part, writer.pos);
      writer.pos += size;
      this.batch.commit(head.kind, head.flags, ext, head.stream, head.aux);
    }
    if (isLast) this.finish(stream, lane);
  }

  /**
   * Who is alone sends at once, in one fragment, what would else go in several without a turn between them; but the first is
   * short, so that the receiver soon knows where to read the others to.
   */
  private longestPayload(isStarted: boolean): number {
    const isAlone = this.lanes.size === 1;
    return isAlone && isStarted ? Math.max(FRAGMENT_BYTES, this.gate.socketRoom & ~7) : FRAGMENT_BYTES;
  }

  /** Sends a part of a message straight from its slab. */
  private lend(stream: Stream | undefined, message: Waiting, head: Head, ext: number, part: Uint8Array): void {
    message.writing++;
    this.batch.commitLent(head, ext, part, () => {
      message.writing--;
      this.releaseIfDone(message);
      if (!this.ready.has(stream)) this.shrink(message);
    });
  }

  private finish(stream: Stream | undefined, lane: Waiting[]): void {
    const message = lane.shift()!;
    this.bytes -= OVERHEAD_BYTES;
    this.releaseIfDone(message);
    const isEmpty = lane.length === 0;
    if (isEmpty) this.forget(stream);
    if (!stream) return;
    stream.isQueued = !isEmpty;
    if ((message.flags & Flag.END) !== 0) this.gate.ended(stream);
    else if (isEmpty) stream.onReady();
  }

  private releaseIfDone(message: Waiting): void {
    if (message.writing === 0 && message.next === message.end) this.pool.release(message.slab);
  }

  /** Lets a message that waits for credit hold no more memory than four times what is left of it. */
  private shrink(message: Waiting): void {
    const { slab, next, end, isStarted, writing } = message;
    const rest = end - next;
    if (rest === 0 || !isStarted || writing > 0 || rest > slab.size / 4) return;
    message.slab = this.pool.leaseFor(padded(rest));
    message.slab.bytes.set(slab.bytes.subarray(next, padded(end)));
    message.next = 0;
    message.end = rest;
    this.pool.release(slab);
  }

  private discard(message: Waiting): void {
    this.bytes -= message.end - message.next + OVERHEAD_BYTES;
    message.next = message.end;
    this.releaseIfDone(message);
  }
}

/** The header of a message's next fragment: what continues an OPEN is DATA, and only an end carries the flags and status. */
function headOf(message: Waiting, isLast: boolean, stream: Stream | undefined): Head {
  const isContinuedOpen = message.kind === Kind.OPEN && message.isStarted;
  const hasAux = message.kind === Kind.DATA ? isLast : !isContinuedOpen;
  return {
    kind: isContinuedOpen ? Kind.DATA : message.kind,
    flags: isLast ? message.flags : Flag.MORE,
    stream: stream?.id ?? 0,
    aux: hasAux ? message.aux : 0,
  };
}

/** Writes the extension of a message's first frame, with the size of the whole if more frames follow; returns its words. */
function writeExt(writer: Writer, message: Waiting, isFragment: boolean): number {
  const { slab, start, extBytes, end } = message;
  if (isFragment) writeNumberEntry(writer, Entry.SIZE, end - start - extBytes);
  writer.bytes.set(slab.bytes.subarray(start, start + extBytes), writer.pos);
  writer.pos += extBytes;
  return extBytes / 8 + (isFragment ? NUMBER_ENTRY_BYTES / 8 : 0);
}
