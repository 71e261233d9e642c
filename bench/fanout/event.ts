import { nowUs } from "./fan.js";

/** Bytes of an event, whoever sends it. */
export const EVENT_BYTES = 64;

/** An event as bytes: when it was made, and others up to its length. */
export function makeEvent(): Buffer {
  const event = Buffer.alloc(EVENT_BYTES, 1);
  event.writeDoubleLE(nowUs());
  return event;
}

/** When the event that starts at `at` was made. */
export function stampOf(bytes: Buffer, at = 0): number {
  return bytes.readDoubleLE(at);
}
