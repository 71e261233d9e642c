import type { Writer } from "../bytes/writer.js";
import { MillraceError } from "../error.js";
import * as Entry from "../frame/entry.js";
import { findEntry } from "../frame/entries.js";
import type { Frame } from "../frame/frame.js";
import type { GapReason, Position, SubscribeOptions } from "./subscription.js";

/** Bytes of a FROM entry, and those of what it holds. */
const FROM_BYTES = 24;
const POSITION_BYTES = 16;
/** Bytes of the number of items in a snapshot. */
const COUNT_BYTES = 8;

/** The offset that stands for only new events: all bits set. */
const LATEST = 2 ** 64;

/** Numbers of GAP frames: their index. */
const REASONS: readonly GapReason[] = ["dropped", "dropped", "conflated", "expired", "epoch", "too long"];

/** Where a subscriber wants to start; `undefined` for the snapshot and what comes then. */
export type From = "latest" | Position | undefined;

/** Writes where a subscription starts, as an entry of its OPEN; returns how many words of 8 bytes that took. */
export function writeFrom(writer: Writer, from: SubscribeOptions["from"]): number {
  if (from === undefined) return 0;
  const { epoch, offset } = positionOf(from);
  const { view, pos } = writer;
  if (pos + FROM_BYTES <= writer.bytes.length) {
    view.setUint16(pos, Entry.FROM, true);
    view.setUint16(pos + 2, POSITION_BYTES, true);
    writeNumber(view, pos + 4, epoch);
    writeNumber(view, pos + 12, offset);
    view.setUint32(pos + 20, 0, true);
  }
  writer.pos = pos + FROM_BYTES;
  return FROM_BYTES / 8;
}

function positionOf(from: NonNullable<SubscribeOptions["from"]>): Position {
  if (from === "start") return { epoch: 0, offset: 0 };
  if (from === "latest") return { epoch: 0, offset: LATEST };
  const position = typeof from === "number" ? { epoch: 0, offset: from } : from;
  for (const number of [position.epoch, position.offset]) {
    if (Number.isSafeInteger(number) && number >= 0) continue;
    throw new MillraceError("invalid_argument", `from: ${number} is no offset or epoch: give whole numbers from 0`);
  }
  return position;
}

/** Reads where a subscription starts from its OPEN. Throws `out_of_range` for what no offset can be. */
export function readFrom(frame: Frame): From {
  const at = findEntry(frame, Entry.FROM, POSITION_BYTES);
  if (at < 0) return undefined;
  const { view } = frame.reader;
  const position = { epoch: readNumber(view, at), offset: readNumber(view, at + 8) };
  if (position.offset === LATEST) return "latest";
  if (Number.isSafeInteger(position.offset)) return position;
  throw new MillraceError("out_of_range", "a subscription starts at an offset that is above 2^53");
}

/** Writes two numbers of 64 bits: epoch and offset, or the range of a gap. */
export function writePair(writer: Writer, first: number, second: number): void {
  const { view, pos } = writer;
  if (pos + POSITION_BYTES <= writer.bytes.length) {
    writeNumber(view, pos, first);
    writeNumber(view, pos + 8, second);
  }
  writer.pos = pos + POSITION_BYTES;
}

/** Writes what a SUBSCRIBED says: epoch and offset of the first event, and how many items of a snapshot go before it, if any do. */
export function writeStart(writer: Writer, epoch: number, offset: number, items: number): void {
  writePair(writer, epoch, offset);
  if (items === 0) return;
  const { view, pos } = writer;
  if (pos + COUNT_BYTES <= writer.bytes.length) writeNumber(view, pos, items);
  writer.pos = pos + COUNT_BYTES;
}

/** How many items of a snapshot a SUBSCRIBED announces. */
export function readItems({ payloadBytes, reader: { view, pos } }: Frame): number {
  return payloadBytes < POSITION_BYTES + COUNT_BYTES ? 0 : readNumber(view, pos + POSITION_BYTES);
}

/** Reads what `writePair` wrote. Throws `invalid_argument` when it is not there or not below 2^53. */
export function readPair({ payloadBytes, reader: { view, pos } }: Frame): readonly [first: number, second: number] {
  if (payloadBytes < POSITION_BYTES) throw new MillraceError("invalid_argument", "a frame about events is too short");
  const pair = [readNumber(view, pos), readNumber(view, pos + 8)] as const;
  if (pair.every(Number.isSafeInteger)) return pair;
  throw new MillraceError("invalid_argument", "an epoch or offset is not below 2^53");
}

/** The offset that an EVENT has as its extension. */
export function readOffset(frame: Frame): number {
  if (frame.ext !== 1) throw new MillraceError("invalid_argument", "an event has an offset and no other extension");
  return readNumber(frame.reader.view, frame.extStart);
}

/** Writes a whole number below 2^53, or 2^64 as all bits set. */
export function writeNumber(view: DataView, at: number, value: number): void {
  const isLatest = value === LATEST;
  view.setUint32(at, isLatest ? -1 : value, true);
  view.setUint32(at + 4, isLatest ? -1 : value / 2 ** 32, true);
}

/** Reads a number of 64 bits; above 2^53 it is rounded, and no safe integer. */
function readNumber(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

export function numberOfReason(reason: GapReason): number {
  return REASONS.lastIndexOf(reason);
}

/** What a number of a newer peer's stands for is read as `dropped`. */
export function reasonOf(number: number): GapReason {
  return REASONS[number] ?? "dropped";
}
