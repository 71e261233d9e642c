import type { Writer } from "../bytes/writer.js";
import * as Entry from "../frame/entry.js";
import { readNumberEntry, writeNumberEntry } from "../frame/entries.js";
import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import type { CallOptions } from "./call.js";

const MAX_MS = 2 ** 32 - 1;

/** Writes the time left, if there is an end of it that can be written, and returns the words of 8 bytes it took. */
export function writeDeadline(writer: Writer, remainingMs: number): number {
  if (remainingMs > MAX_MS) return 0;
  writeNumberEntry(writer, Entry.DEADLINE, Math.ceil(remainingMs));
  return 1;
}

/** The milliseconds left when the OPEN was sent; `Infinity` without a deadline. */
export function readDeadline(frame: Frame): number {
  return readNumberEntry(frame, Entry.DEADLINE) ?? Infinity;
}

/** The milliseconds that a call may take, and the call it is made for allows. */
export function timeLeft({ timeoutMs = Infinity, via }: CallOptions): number {
  if (Number.isNaN(timeoutMs)) throw new MillraceError("invalid_argument", "timeoutMs is not a number");
  return via ? Math.min(timeoutMs, via.remainingMs) : timeoutMs;
}

/** What a call fails with whose signal was aborted. */
export function cancelled(signal: AbortSignal): MillraceError {
  return new MillraceError("cancelled", "the call was cancelled by its signal", { cause: signal.reason });
}

/** What a call fails with that was made for another one, when that has ended. */
export function outerEnded({ reason }: AbortSignal): MillraceError {
  const isLate = reason instanceof MillraceError && reason.code === "deadline_exceeded";
  const code = isLate ? "deadline_exceeded" : "cancelled";
  return new MillraceError(code, "the call that this one was made for has ended", { cause: reason });
}

/** What a call fails with whose time is over. */
export function expired(timeoutMs: number, path: string): MillraceError {
  const ms = Math.max(0, Math.round(timeoutMs));
  return new MillraceError("deadline_exceeded", `${path} was not answered within ${ms} ms`);
}

/** Throws what ended a call with these options before it was made, if anything did. */
export function refuseEnded({ signal, via }: CallOptions, timeoutMs: number, path: string): void {
  if (signal?.aborted) throw cancelled(signal);
  if (via?.signal.aborted) throw outerEnded(via.signal);
  if (timeoutMs <= 0) throw expired(timeoutMs, path);
}
