import * as Kind from "../frame/kind.js";
import { HEADER_BYTES } from "../frame/header.js";
import { type Batch, COPIED_BYTES, EAGER_BYTES } from "./batch.js";
import { FREE_BYTES, OVERDRAW_BYTES } from "./flow.js";
import { Capability } from "./hello.js";
import type { Sender } from "./sender.js";
import type { SharedFrames } from "./shared-frames.js";
import type { Stream } from "./stream.js";

/** With more than this before them, shared frames would be held for long by one slow socket. */
const SHARED_UNSENT_BYTES = 64 * 1024;

/** What a topic sends to one subscriber: frames that draw on the credit of its stream. */
export class EventSender {
  /** Whether the peer knows what topics send. */
  readonly isUnderstood: boolean;
  /** The longest event that the peer can be sent: it goes in one frame, for which there is credit again and again. */
  readonly maxEventBytes: number;

  constructor(
    private readonly sender: Sender,
    private readonly stream: Stream,
  ) {
    const { capabilities, maxFrameBytes, streamWindowBytes, linkWindowBytes } = sender.peer!;
    this.isUnderstood = (capabilities & Capability.TOPICS) !== 0;
    this.maxEventBytes = Math.min(maxFrameBytes, Math.min(streamWindowBytes, linkWindowBytes) / 2 + OVERDRAW_BYTES);
  }

  /** Whether frames that many links send may go out now: with credit for all, and few bytes before them. */
  takesShared({ totalLength, lengths, longest }: SharedFrames): boolean {
    const { sender, stream } = this;
    if (sender.isClosed || stream.isQueued || longest > this.maxEventBytes) return false;
    if (sender.unsentBytes > SHARED_UNSENT_BYTES) return false;
    const room = sender.roomFor(stream, lengths.length === 1 ? 0 : totalLength);
    return totalLength <= room || (lengths.length === 1 && room > 0 && totalLength <= room + OVERDRAW_BYTES);
  }

  /** Sends frames that many links send; `takesShared` says whether it may. */
  commitShared(frames: SharedFrames): void {
    const { sender, stream } = this;
    if (stream.freeSentBytes < FREE_BYTES) for (const length of frames.lengths) sender.sent(stream, Kind.DATA, length);
    else sender.sent(stream, Kind.DATA, frames.totalLength);
    commitShared(sender.batch, frames);
  }

  /**
   * Sends what was claimed as one frame that bears the number `id`. `false` means that it did not fit the page: claim and
   * write again. The caller sees to it that there is credit.
   */
  commit(kind: Kind.Any, ext: number, id: number, aux: number): boolean {
    const { batch } = this.sender;
    if (!batch.fit()) return false;
    this.sender.sent(this.stream, Kind.DATA, batch.claimedBytes);
    batch.commit(kind, 0, ext, id, aux);
    return true;
  }
}

/**
 * Sends frames that other links send too, behind what is committed. Where something is being written or waits to be, and
 * little, they are copied behind it: many feeds that a link has subscribed to take one write more, not one each.
 */
function commitShared(batch: Batch, frames: SharedFrames): void {
  const { bytes, lengths, release } = frames;
  const { unsentBytes, transport, written } = batch;
  batch.sentFrames += lengths.length;
  if (unsentBytes > 0 && unsentBytes + bytes.length <= COPIED_BYTES) return copy(bytes, batch);
  batch.flush();
  frames.retain();
  batch.count(bytes.length, release);
  if (transport.writeShared) transport.writeShared(frames, written);
  else transport.write(bytes, written);
}

/** Takes in frames that are whole and padded. */
function copy(frames: Uint8Array, batch: Batch): void {
  const writer = batch.claim(frames.length);
  writer.pos -= HEADER_BYTES;
  writer.put(frames);
  const page = batch.page!;
  page.commit();
  if (page.pending >= EAGER_BYTES) batch.flush();
}
