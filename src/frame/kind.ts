// Imported as a whole: bundlers put each number where it is used, and leave the names out.

export const HELLO = 1;
export const OPEN = 2;
export const DATA = 3;
export const RESET = 4;
export const CREDIT = 5;
export const PING = 6;
export const PONG = 7;
export const DRAIN = 8;
export const MESSAGE = 9;
export const SUBSCRIBED = 10;
export const EVENT = 11;
export const GAP = 12;
export const ACK = 13;
export const AUTH = 14;

/** What a frame is; numbers not listed here are reserved. */
export type Any =
  | typeof HELLO
  | typeof OPEN
  | typeof DATA
  | typeof RESET
  | typeof CREDIT
  | typeof PING
  | typeof PONG
  | typeof DRAIN
  | typeof MESSAGE
  | typeof SUBSCRIBED
  | typeof EVENT
  | typeof GAP
  | typeof ACK
  | typeof AUTH;
