import type { Slab, SlabPool } from "../bytes/slab.js";
import type { Writer } from "../bytes/writer.js";
import * as Entry from "../frame/entry.js";
import { NUMBER_ENTRY_BYTES, writeNumberEntry } from "../frame/entries.js";
import * as Flag from "../frame/flag.js";
import * as Kind from "../frame/kind.js";
import { HEADER_BYTES } from "../frame/header.js";
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
  readonly slab: Slab;
  readonly kind: Kind.Any;
  readonly flags: number;
  readonly aux: number;
  readonly start: number;
  readonly extBytes: number;
  /** Index of the next byte of payload to send. */
  next: number;
  readonly end: number;
  isStarted: boolean;
  /** Fragments handed to the socket straight from the slab and not finished. */
  writing: number;
}

/** The waiting messages of one stream, or the one-way messages of the link, oldest first. */
interface Lane {
  /** `undefined` for one-way messages. */
  readonly stream: Stream | undefined;
  readonly messages: Waiting[];
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
 * small call beside a large message is not held up.
 */
export class Backlog {
  /** Bytes that wait here, each message with its overhead. */
  bytes = 0;
  private readonly lanes: Lane[] = [];

  constructor(
    private readonly batch: Batch,
    private readonly pool: SlabPool,
    private readonly gate: Gate,
  ) {}

  get isEmpty(): boolean {
    return this.lanes.length === 0;
  }

  /** Whether one-way messages wait. */
  get hasMessages(): boolean {
    return this.lanes.some((lane) => lane.stream === undefined);
  }

  /** Takes over the message that was claimed in the batch and not committed. `ext` is in words of 8 bytes. */
  take(stream: Stream | undefined, kind: Kind.Any, flags: number, ext: number, aux: number): void {
    const { slab, start, end } = this.batch.detach();
    const next = start + ext * 8;
    this.laneOf(stream).messages.push({
      slab,
      kind,
      flags,
      aux,
      start,
      extBytes: ext * 8,
      next,
      end,
      isStarted: false,
      writing: 0,
    });
    this.bytes += end - next + OVERHEAD_BYTES;
    this.pump();
  }

  /** Sends what may be sent now; called when there is credit again and when the socket has finished a write. */
  pump(): void {
    let blocked = 0;
    while (blocked < this.lanes.length && this.gate.socketRoom >= 0) {
      const lane = this.lanes.shift()!;
      this.lanes.push(lane);
      const room = this.gate.roomFor(lane.stream);
      if (room > 0) this.sendNext(lane, room);
      blocked = room > 0 ? 0 : blocked + 1;
    }
  }

  /** Drops what waits for `stream`; returns whether the peer has heard of the stream. */
  drop(stream: Stream): boolean {
    const index = this.lanes.findIndex((lane) => lane.stream === stream);
    if (index < 0) return true;
    const [{ messages }] = this.lanes.splice(index, 1);
    stream.isQueued = false;
    for (const message of messages) this.discard(message);
    return messages[0].kind !== Kind.OPEN || messages[0].isStarted;
  }

  /** Drops everything. */
  release(): void {
    for (const lane of this.lanes.splice(0)) for (const message of lane.messages) this.discard(message);
  }

  private laneOf(stream: Stream | undefined): Lane {
    const known = this.lanes.find((lane) => lane.stream === stream);
    if (known) return known;
    const lane: Lane = { stream, messages: [] };
    this.lanes.push(lane);
    if (stream) stream.isQueued = true;
    return lane;
  }

  /** Sends the next fragment of the lane's first message. */
  private sendNext(lane: Lane, room: number): void {
    const message = lane.messages[0];
    const { stream } = lane;
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
    if (size > COPIED_BYTES) this.lend(message, head, ext, part);
    else {
      writer.bytes.set(part, writer.pos);
      writer.pos += size;
      this.batch.commit(head.kind, head.flags, ext, head.stream, head.aux);
    }
    if (isLast) this.finish(lane);
  }

  /**
   * Who is alone sends at once, in one fragment, what would else go in several without a turn between them; but the first is
   * short, so that the receiver soon knows where to read the others to.
   */
  private longestPayload(isStarted: boolean): number {
    const isAlone = this.lanes.length === 1;
    return isAlone && isStarted ? Math.max(FRAGMENT_BYTES, this.gate.socketRoom & ~7) : FRAGMENT_BYTES;
  }

  /** Sends a part of a message straight from its slab. */
  private lend(message: Waiting, head: Head, ext: number, part: Uint8Array): void {
    message.writing++;
    this.batch.commitLent(head, ext, part, () => {
      message.writing--;
      this.releaseIfDone(message);
    });
  }

  private finish(lane: Lane): void {
    const message = lane.messages.shift()!;
    this.bytes -= OVERHEAD_BYTES;
    this.releaseIfDone(message);
    const { stream } = lane;
    if (lane.messages.length === 0) this.lanes.splice(this.lanes.indexOf(lane), 1);
    if (!stream) return;
    stream.isQueued = lane.messages.length > 0;
    if ((message.flags & Flag.END) !== 0) this.gate.ended(stream);
    else if (!stream.isQueued) stream.onReady();
  }

  private releaseIfDone(message: Waiting): void {
    if (message.writing === 0 && message.next === message.end) this.pool.release(message.slab);
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
