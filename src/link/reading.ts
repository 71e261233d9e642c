import type { Received } from "../bytes/received.js";
import type { Frame } from "../frame/frame.js";
import type { Assembly } from "./assembly.js";
import type { Limits } from "./limits.js";
import type { Receiver, Transport } from "./transport.js";

/** What is known of the next frame. */
export interface Unfinished {
  /** Bytes that are wanted before it can be read on. */
  readonly wanted: number;
  /** Its header, when that is there. */
  readonly unfinished: Frame | undefined;
}

/** The messages whose fragments are coming. */
export interface Gathering {
  readonly intake: {
    /** Whether some of them are better read to their places. */
    readonly isAssembling: boolean;
    /** How many have begun and not ended. */
    readonly unfinished: number;
  };
  readonly streams: {
    /** The message of which a frame may be the next fragment. */
    assemblyOf(frame: Frame): Assembly | undefined;
    /** How many calls this side has under way, as a share of those that the peer allows. */
    readonly load: number;
  };
}

/** Where a link's bytes come in, and when it reads no more of them for a while, on platforms that can. */
export interface Reading {
  readonly ring: Received;
  /**
   * Ends a read: makes room for the rest of a frame whose start is there, and sees to it that it comes.
   * @param hadFrames whether the read ended at least one frame.
   */
  ended(next: Unfinished, hadFrames: boolean, gathering: Gathering): void;
  /** Answers wait that the peer does not read: reads no more, for some time. */
  holdForAnswers(): void;
  /** Few answers wait now. */
  answersSent(): void;
  /** Ends all reading, of a link that is closed. The transport may still write into the window. */
  stop(): void;
}

/** Makes a link's reading; `link` is closed when a frame is not whole in time. */
export type ReadingOf = (transport: Transport, limits: Limits, link: Pick<Receiver, "refuse">) => Reading;
