import type { Received } from "../bytes/received.js";
import type { Limits } from "./limits.js";
import type { Receiver, Transport } from "./transport.js";

/** Where a link's bytes come in, and when it reads no more of them for a while, on platforms that can. */
export interface Reading {
  readonly ring: Received;
  /**
   * Ends a read: makes room for the rest of a frame of `wanted` bytes whose start is there, and sees to it that it comes.
   * @param hadFrames whether the read ended at least one frame.
   * @param isAssembling whether more fragments of a message are to come.
   */
  ended(wanted: number, hadFrames: boolean, isAssembling: boolean): void;
  /** Answers wait that the peer does not read: reads no more, for some time. */
  holdForAnswers(): void;
  /** Few answers wait now. */
  answersSent(): void;
  /** Ends all reading, of a link that is closed. The transport may still write into the window. */
  stop(): void;
}

/** Makes a link's reading; `link` is closed when a frame is not whole in time. */
export type ReadingOf = (transport: Transport, limits: Limits, link: Pick<Receiver, "refuse">) => Reading;
