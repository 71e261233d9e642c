import { Kind } from "../frame/header.js";
import { FREE_BYTES, OVERDRAW_BYTES } from "./flow.js";
import type { Sender } from "./sender.js";
import type { SharedFrames } from "./shared-frames.js";
import type { Stream } from "./stream.js";

/** With more than this before them, shared frames would be held for long by one slow socket. */
const SHARED_UNSENT_BYTES = 64 * 1024;

/** Whether frames that many links send may go out on `stream` now: with credit for all, and few bytes before them. */
export function takesShared(sender: Sender, stream: Stream, { totalLength, lengths, longest }: SharedFrames): boolean {
  if (sender.isClosed || stream.isQueued || longest > sender.maxEventBytes) return false;
  if (sender.unsentBytes > SHARED_UNSENT_BYTES) return false;
  const room = sender.roomFor(stream);
  return totalLength <= room || (lengths.length === 1 && room > 0 && totalLength <= room + OVERDRAW_BYTES);
}

/** Sends frames that many links send; `takesShared` says whether it may. */
export function commitShared(sender: Sender, stream: Stream, frames: SharedFrames): void {
  if (stream.freeSentBytes < FREE_BYTES) for (const length of frames.lengths) sender.sent(stream, Kind.DATA, length);
  else sender.sent(stream, Kind.DATA, frames.totalLength);
  sender.batch.commitShared(frames);
}

/**
 * Sends what was claimed as one frame that draws on the credit of `stream` and bears the number `id`. `false` means that it
 * did not fit the page: claim and write again. The caller sees to it that there is credit.
 */
export function commitEvent(sender: Sender, stream: Stream, kind: Kind, ext: number, id: number, aux: number): boolean {
  const { batch } = sender;
  if (!batch.fit()) return false;
  sender.sent(stream, Kind.DATA, batch.claimedBytes);
  batch.commit(kind, 0, ext, id, aux);
  return true;
}
