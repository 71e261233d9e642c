import type { SlabPool } from "../bytes/slab.js";
import { MillraceError } from "../error.js";
import * as Entry from "../frame/entry.js";
import { readNumberEntry } from "../frame/entries.js";
import type { Frame } from "../frame/frame.js";
import * as Kind from "../frame/kind.js";
import { Assembly } from "./assembly.js";
import type { Clock, Timer } from "./clock.js";
import { FREE_BYTES, ReceiveWindow } from "./flow.js";
import type { Limits } from "./limits.js";
import { MESSAGES } from "./sender.js";
import type { Stream } from "./stream.js";

/** A message of more frames than this, of the longest there are, is read to its place: for less it costs more than to copy it. */
const COPIED_FRAMES = 4;

/** What an intake belongs to. */
export interface Granting {
  /** Sends a CREDIT with this total, for a stream, the link (0) or its messages. */
  grant(stream: number, total: number): void;
  /** The link's credit has been withheld for `stallTimeoutMs`. */
  stalled(): void;
}

/** What holds the fragments of one message at a time: a stream, or the link for its one-way messages. */
type Holder = Pick<Stream, "assembly">;

/**
 * Counts what comes in against the credit that was given, and puts fragments together. Credit of the link comes back when
 * bytes have reached their stream, but is withheld while more than `maxLinkBufferedBytes` wait for their readers.
 */
export class Intake implements Holder {
  /** Bytes that wait for their readers, and bytes reserved for messages that are coming. */
  bufferedBytes = 0;
  /** How many messages are being read to their places. */
  private inPlace = 0;
  /** How many messages have begun and not ended. */
  unfinished = 0;
  /** Bytes of fragments that were put together by copying, and bytes that codecs copied out of those. */
  copiedBytes = 0;
  private readonly all: ReceiveWindow;
  private readonly messages: ReceiveWindow;
  /** The one-way message whose fragments are coming. */
  assembly: Assembly | undefined = undefined;
  /** The message that was completed last, while it is read; no longer its stream's, which may end meanwhile. */
  private complete: Assembly | undefined;
  private withheldBytes = 0;
  /** Runs while credit of the link is withheld. */
  private stall: Timer | undefined;

  constructor(
    private readonly limits: Limits,
    private readonly clock: Clock,
    private readonly pool: SlabPool,
    private readonly link: Granting,
  ) {
    this.all = new ReceiveWindow(limits.linkWindowBytes, limits.maxLinkBufferedBytes);
    this.messages = new ReceiveWindow(limits.messageWindowBytes, limits.messageWindowBytes);
  }

  /** Gives a stream that has many messages its window. */
  limit(stream: Stream): ReceiveWindow {
    return (stream.window = new ReceiveWindow(this.limits.streamWindowBytes, this.limits.maxStreamWindowBytes));
  }

  /** Counts a DATA frame of `stream`. Throws when the peer had no right to send it. */
  count(stream: Stream, frame: Frame): void {
    if (stream.freeReceivedBytes < FREE_BYTES) stream.freeReceivedBytes += frame.length;
    else this.countLink(frame.length);
    if (stream.window && !stream.window.take(frame.length)) throw overdrawn("a stream");
  }

  /**
   * The message that a frame completes: the frame itself, or what its fragments make together; `undefined` while more
   * must come. Throws when there is no room for it. To be followed by `done`.
   */
  assemble(stream: Stream, frame: Frame): Frame | undefined {
    if (!stream.assembly) {
      if (!frame.isFragment) return frame;
      stream.assembly = this.begin(frame);
      this.reserve(stream, this.windowOf(stream, frame), stream.assembly.bytes);
    }
    refuseEarlyEnd(frame);
    const message = this.add(stream, frame);
    if (stream.assembly) this.reserve(stream, stream.window!, stream.assembly.missingBytes);
    return message;
  }

  /** The one-way message that a frame completes, as `assemble` does. Throws when the peer had no right to send it. */
  assembleMessage(frame: Frame): Frame | undefined {
    if (!this.messages.take(frame.length)) throw overdrawn("one-way messages");
    if (!this.assembly) {
      if (!frame.isFragment) return frame;
      this.assembly = this.begin(frame);
      this.reserveMessage(this.assembly.bytes);
    }
    const message = this.add(this, frame);
    if (this.assembly) this.reserveMessage(this.assembly.missingBytes);
    return message;
  }

  /** Whether more fragments are to come that are better read to their places. */
  get isAssembling(): boolean {
    return this.inPlace > 0;
  }

  /** The message that was completed last has been read: gives back its memory, if it had any of its own. */
  done(): void {
    const { complete } = this;
    this.complete = undefined;
    if (complete) this.release(complete);
  }

  /** Gives back the memory of fragments that nothing more comes for. */
  drop(holder: Holder = this): void {
    const { assembly } = holder;
    holder.assembly = undefined;
    if (assembly) this.release(assembly);
  }

  /** Notes that the reader of `stream` has consumed bytes. */
  consumed(stream: Stream, bytes: number): void {
    if (stream.window?.consume(bytes) && !stream.gotEnd) this.link.grant(stream.id, stream.window.granted);
  }

  /** Notes that the handler of a one-way message is done with its bytes. */
  messageConsumed(bytes: number): void {
    if (this.messages.consume(bytes)) this.link.grant(MESSAGES, this.messages.granted);
  }

  /** Notes that so many bytes more, or less, wait here. */
  buffered(change: number): void {
    this.bufferedBytes += change;
    if (this.withheldBytes === 0 || this.isFull) return;
    this.consumeLink(this.withheldBytes);
    this.unstall();
  }

  /** Lets go of what is left when the link is closed. */
  close(): void {
    this.drop();
    this.unstall();
  }

  private unstall(): void {
    this.withheldBytes = 0;
    this.stall?.cancel();
    this.stall = undefined;
  }

  /** The message that a fragment completes; the assembly is gone when a CREDIT for it found no room, and the link closed. */
  private add(holder: Holder, fragment: Frame): Frame | undefined {
    const { assembly } = holder;
    if (!assembly?.add(fragment)) return undefined;
    holder.assembly = undefined;
    this.complete = assembly;
    return assembly.frame;
  }

  private release(assembly: Assembly): void {
    if (assembly.isInPlace) this.inPlace--;
    this.unfinished--;
    this.copiedBytes += assembly.copiedBytes + assembly.frame.reader.copiedBytes;
    assembly.release();
    this.buffered(-assembly.bytes);
  }

  private get isFull(): boolean {
    return this.bufferedBytes > this.limits.maxLinkBufferedBytes;
  }

  private countLink(bytes: number): void {
    if (!this.all.take(bytes)) throw overdrawn("the link");
    if (this.isFull) this.withhold(bytes);
    else this.consumeLink(bytes);
  }

  private withhold(bytes: number): void {
    this.withheldBytes += bytes;
    this.stall ??= this.clock.after(this.limits.stallTimeoutMs, () => this.stalled());
  }

  private stalled(): void {
    this.stall = this.clock.after(this.limits.stallTimeoutMs, () => this.stalled());
    this.link.stalled();
  }

  private consumeLink(bytes: number): void {
    if (this.all.consume(bytes)) this.link.grant(0, this.all.granted);
  }

  private begin(first: Frame): Assembly {
    const size = readNumberEntry(first, Entry.SIZE);
    if (size === undefined)
      throw new MillraceError("invalid_argument", "a first fragment does not say how long its message is");
    const { maxMessageBytes, maxLinkBufferedBytes } = this.limits;
    if (size > maxMessageBytes) {
      throw new MillraceError(
        "resource_exhausted",
        `a message of ${size} bytes is over the limit of ${maxMessageBytes}`,
      );
    }
    if (this.bufferedBytes + size > maxLinkBufferedBytes || !this.pool.hasRoom(size)) {
      throw new MillraceError("resource_exhausted", `a message of ${size} bytes has no room beside those that wait`);
    }
    const assembly = new Assembly(first, size, size > COPIED_FRAMES * this.limits.maxFrameBytes, this.pool);
    if (assembly.isInPlace) this.inPlace++;
    this.unfinished++;
    this.buffered(assembly.bytes);
    return assembly;
  }

  /** The window of a stream; one that has one message gets its own when that comes in fragments. */
  private windowOf(stream: Stream, first: Frame): ReceiveWindow {
    if (stream.window) return stream.window;
    const window = this.limit(stream);
    if (first.kind === Kind.DATA) window.take(first.length);
    return window;
  }

  /** Lets so many bytes more of a message come, however small the windows are. */
  private reserve(stream: Stream, window: ReceiveWindow, bytes: number): void {
    if (window.reserve(onWire(bytes))) this.link.grant(stream.id, window.granted);
    if (this.all.reserve(onWire(bytes))) this.link.grant(0, this.all.granted);
  }

  private reserveMessage(bytes: number): void {
    if (this.messages.reserve(onWire(bytes))) this.link.grant(MESSAGES, this.messages.granted);
  }
}

/** What so many bytes take on the wire, with the headers of their fragments; more when those are as short as may be. */
function onWire(bytes: number): number {
  return bytes + (bytes >> 8) + 64;
}

/** Refuses a fragment that says that more follows and that nothing does: its message would never be complete. */
function refuseEarlyEnd(frame: Frame): void {
  if (!frame.isFragment || !frame.isEnd) return;
  throw new MillraceError("invalid_argument", "a fragment that is not the last of its message ends its stream");
}

function overdrawn(what: string): MillraceError {
  return new MillraceError("resource_exhausted", `the peer sent more on ${what} than it was granted`);
}
