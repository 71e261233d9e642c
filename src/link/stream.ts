import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import type { Assembly } from "./assembly.js";
import { type ReceiveWindow, SendWindow } from "./flow.js";

/**
 * One end of a numbered channel of a link. Its slot is free for reuse once the end was both sent and received.
 *
 * ```
 *   stream id   31          30 … 20       19 … 0
 *               initiator | generation | slot, from 1       initiator: 0 the client's, 1 the server's
 * ```
 *
 * The generation counts the uses of the slot, so that a frame that comes late for an earlier use is recognized.
 */
export abstract class Stream {
  /** As on the wire, a signed 32-bit integer; 0 until it is open. */
  id = 0;
  /** Which of this side's OPENs opened it, from 1; 0 until that has gone out. */
  ordinal = 0;
  sentEnd = false;
  gotEnd = false;
  /** What the peer lets this side send. */
  readonly sending = new SendWindow(0);
  /** Bytes sent and received before the link's credit started to count. */
  freeSentBytes = 0;
  freeReceivedBytes = 0;
  /** What the peer may send; made when it is first limited. */
  window: ReceiveWindow | undefined;
  /** The message whose fragments are coming. */
  assembly: Assembly | undefined;
  /** The number under which its events come; 0 for what is no subscription. */
  feed = 0;
  /** Whether nobody wants what still comes. */
  isDiscarding = false;
  /** Whether messages of this stream wait in the backlog, so that others must queue behind them. */
  isQueued = false;

  /** A DATA frame, borrowed until the return; `gotEnd` says whether it is the last. */
  abstract onData(frame: Frame): void;
  /** The peer reset the stream, or its link closed; nothing comes after. */
  abstract onReset(error: MillraceError): void;
  /** A message of the peer is refused: ends the stream, and tells both sides why. */
  abstract onRefused(error: MillraceError): void;
  /** A SUBSCRIBED, EVENT or GAP frame, borrowed until the return. */
  onEvent(_frame: Frame): void {
    this.onRefused(new MillraceError("failed_precondition", "the peer sent events on a call that is no subscription"));
  }

  /** More can be sent than before. */
  onReady(): void {}
}
