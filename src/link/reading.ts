import type { Received } from "../bytes/received.js";
import type { Limits } from "./limits.js";
import type { Receiver, Transport } from "./transport.js";

/** What a link has received of messages that come in fragments. */
export interface Gathering {
  /** Whether more fragments are to come that are better read to their places. */
  readonly isAssembling: boolean;
  /** How many messages have begun and not ended. */
  readonly unfinished: number;
}

/** Where a link's bytes come in, and when it reads no more of them for a while, on platforms that can. */
export interface Reading {
  readonly ring: Received;
  /**
   * Ends a read: makes room for the rest of a frame of `wanted` bytes whose start is there, and sees to it that it comes.
   * @param hadFrames whether the read ended at least one frame.
   */
  ended(wanted: number, hadFrames: boolean, gathering: Gathering): void;
  /** Answers wait that the peer does not read: reads no more, for some time. */
  holdForAnswers(): void;
  /** Few answers wait now. */
  answersSent(): void;
  /** Ends all reading, of a link that is closed. The transport may still write into the window. */
  stop(): void;
}

/** Makes a link's reading; `link` is closed when a frame is not whole in time. */
export type ReadingOf = (transport: Transport, limits: Limits, link: Pick<Receiver, "refuse">) => Reading;
