import type { SlabPool } from "../bytes/slab.js";
import { MillraceError } from "../error.js";
import { Entry, readNumberEntry } from "../frame/entries.js";
import type { Frame } from "../frame/frame.js";
import { Kind } from "../frame/header.js";
import { Assembly } from "./assembly.js";
import { FREE_BYTES, ReceiveWindow } from "./flow.js";
import type { Limits } from "./limits.js";
import { MESSAGES } from "./sender.js";
import type { Stream } from "./stream.js";

/** What holds the fragments of one message at a time: a stream, or the link for its one-way messages. */
type Holder = Pick<Stream, "assembly">;

/**
 * Counts what comes in against the credit that was given, and puts fragments together. Credit of the link comes back when
 * bytes have reached their stream, but is withheld while more than `maxLinkBufferedBytes` wait for their readers.
 */
export class Intake {
  /** Bytes that wait for their readers, and bytes reserved for messages that are coming. */
  bufferedBytes = 0;
  /** Bytes of fragments that were put together, and bytes that codecs copied out of those. */
  copiedBytes = 0;
  private readonly link: ReceiveWindow;
  private readonly messages: ReceiveWindow;
  private readonly messageHolder: Holder = { assembly: undefined };
  private withheldBytes = 0;

  /** @param grant sends a CREDIT with this total. */
  constructor(
    private readonly limits: Limits,
    private readonly pool: SlabPool,
    private readonly grant: (stream: number, total: number) => void,
  ) {
    this.link = new ReceiveWindow(limits.linkWindowBytes, limits.maxLinkBufferedBytes);
    this.messages = new ReceiveWindow(limits.messageWindowBytes, limits.messageWindowBytes);
  }

  /** Gives a stream that has many messages its window. */
  limit(stream: Stream): void {
    stream.window = new ReceiveWindow(this.limits.streamWindowBytes, this.limits.maxStreamWindowBytes);
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
      this.reserve(stream, frame, stream.assembly.bytes);
    }
    refuseEarlyEnd(frame);
    return stream.assembly.add(frame) ? stream.assembly.frame : undefined;
  }

  /** The one-way message that a frame completes, as `assemble` does. Throws when the peer had no right to send it. */
  assembleMessage(frame: Frame): Frame | undefined {
    if (!this.messages.take(frame.length)) throw overdrawn("one-way messages");
    const holder = this.messageHolder;
    if (!holder.assembly) {
      if (!frame.isFragment) return frame;
      holder.assembly = this.begin(frame);
      if (this.messages.reserve(onWire(holder.assembly.bytes))) this.grant(MESSAGES, this.messages.granted);
    }
    return holder.assembly.add(frame) ? holder.assembly.frame : undefined;
  }

  /** Gives back the memory of an assembled message, if there is one. */
  done(holder: Holder = this.messageHolder): void {
    const { assembly } = holder;
    if (!assembly) return;
    holder.assembly = undefined;
    this.copiedBytes += assembly.frame.payloadBytes + assembly.frame.reader.copiedBytes;
    assembly.release();
    this.buffered(-assembly.bytes);
  }

  /** Notes that the reader of `stream` has consumed bytes. */
  consumed(stream: Stream, bytes: number): void {
    if (stream.window?.consume(bytes) && !stream.gotEnd) this.grant(stream.id, stream.window.granted);
  }

  /** Notes that the handler of a one-way message is done with its bytes. */
  messageConsumed(bytes: number): void {
    if (this.messages.consume(bytes)) this.grant(MESSAGES, this.messages.granted);
  }

  /** Notes that so many bytes more, or less, wait here. */
  buffered(change: number): void {
    this.bufferedBytes += change;
    if (this.withheldBytes === 0 || this.isFull) return;
    const bytes = this.withheldBytes;
    this.withheldBytes = 0;
    this.consumeLink(bytes);
  }

  private get isFull(): boolean {
    return this.bufferedBytes > this.limits.maxLinkBufferedBytes;
  }

  private countLink(bytes: number): void {
    if (!this.link.take(bytes)) throw overdrawn("the link");
    if (this.isFull) this.withheldBytes += bytes;
    else this.consumeLink(bytes);
  }

  private consumeLink(bytes: number): void {
    if (this.link.consume(bytes)) this.grant(0, this.link.granted);
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
    if (this.bufferedBytes + size > maxLinkBufferedBytes) {
      throw new MillraceError(
        "resource_exhausted",
        `there is no room for a message of ${size} bytes beside those that wait`,
      );
    }
    const assembly = new Assembly(first, size, this.pool);
    this.buffered(assembly.bytes);
    return assembly;
  }

  /** Lets the rest of a message come, however small the window is. */
  private reserve(stream: Stream, first: Frame, bytes: number): void {
    if (!stream.window) {
      this.limit(stream);
      if (first.kind === Kind.DATA) stream.window!.take(first.length);
    }
    if (stream.window!.reserve(onWire(bytes))) this.grant(stream.id, stream.window!.granted);
    if (this.link.reserve(onWire(bytes))) this.grant(0, this.link.granted);
  }
}

/** At least what a message of so many bytes takes on the wire, with the headers of its fragments. */
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
