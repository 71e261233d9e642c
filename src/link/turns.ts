import type { Stream } from "./stream.js";

/** Of what streams wait for, whether there is some now. */
export interface Supply {
  /** Whether so much waits to be sent that answers wait, too. */
  readonly isFull: boolean;
  /** Whether too much waits for streams to send more. */
  readonly isCongested: boolean;
  /** Whether the link has credit, which most streams need beside their own. */
  readonly hasCredit: boolean;
}

/** Where streams wait for the socket, or for the link's credit: of these there is only so much for all. */
export interface Turns {
  /** Resolves when `stream` is to look again, and when it leaves; `isAgain` says that it had its turn and found nothing left. */
  wait(stream: Stream, isAgain: boolean): Promise<void>;
  /** The same for a stream whose answer is there, and waits while the link is full. */
  waitToAnswer(stream: Stream): Promise<void>;
  /** Lets those who wait go before `stream`, which might go on; `undefined` where nobody waits for what there is. */
  pass(stream: Stream): Promise<void> | undefined;
  /** There may be more now than before. */
  open(): void;
  /** Lets `stream` wait no longer; without one, all of them. */
  leave(stream?: Stream): void;
}
