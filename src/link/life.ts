import { MillraceError } from "../error.js";
import * as Entry from "../frame/entry.js";
import { readNumberEntry } from "../frame/entries.js";
import type { Frame } from "../frame/frame.js";
import type { Timer } from "./clock.js";
import { CLOSE_TIMEOUT_MS, type Limits } from "./limits.js";
import { readReason } from "./reason.js";
import type { Runtime } from "./runtime.js";
import type { Sender } from "./sender.js";
import type { Stream } from "./stream.js";
import type { Transport } from "./transport.js";

/** A timer that runs so late says that the process was blocked. */
export const BLOCKED_MS = 100;

/** Where a connection is in its life. */
export type State = "connecting" | "open" | "draining" | "closed";

/** What a life belongs to. */
export interface Living {
  readonly transport: Transport;
  readonly runtime: Runtime;
  readonly limits: Limits;
  readonly sender: Sender;
  /** The state is another one now; with `reason` when it is `closed`. */
  changed(state: State, reason?: MillraceError): void;
  /** The link is closed: ends every call with `reason`, which is `unavailable`, and lets go of everything. */
  ended(reason: MillraceError): void;
}

/**
 * The state of a connection and how it comes to its end:
 *
 *   connecting ── HELLO ──▶ open ── DRAIN ──▶ draining ── no call left ──▶ closed
 *        └──────────────────┴── close(), refusal, the transport's end ──────▲
 */
export class Life {
  state: State = "connecting";
  /** How long the peer asks to be left alone, when it has. */
  retryAfterMs: number | undefined;
  /** Whether the peer said no instead of its HELLO. */
  isRefused = false;
  /** Whether this side takes no more calls. */
  isLeaving = false;
  /** How many of this side's OPENs the peer took before it drained. */
  private acceptedOpens = Infinity;
  /** How long the peer is to stay away. */
  private awayMs = 0;
  /** Runs while the handshake or the end is awaited; an idle link holds none. */
  private timer: Timer | undefined;
  private isClosing = false;
  /** How long a socket is waited for that takes nothing: a slow network makes room in large steps. */
  private patienceMs = 0;

  constructor(private readonly link: Living) {
    this.awaitHello();
  }

  /** The handshake is done. */
  open(): void {
    this.stopTimer();
    this.change("open");
  }

  /** This side takes no more calls, and says for how long the other one is to stay away. */
  drain(retryAfterMs = 0): void {
    this.awayMs ||= retryAfterMs;
    this.isLeaving = true;
    this.makeNoCalls();
  }

  /** The peer takes no more calls. */
  drained(frame: Frame): void {
    this.acceptedOpens = frame.aux >>> 0;
    this.retryAfterMs = readNumberEntry(frame, Entry.RETRY_AFTER);
    this.makeNoCalls();
  }

  /** Whether the peer did not run a call of this side, and never will: it was not sent, or came after the peer's DRAIN. */
  neverRan({ ordinal }: Stream): boolean {
    return ordinal === 0 || (this.acceptedOpens !== Infinity && ((ordinal - this.acceptedOpens) | 0) > 0);
  }

  /**
   * Closes when all that was accepted has been handed to the socket, which is waited for as long as it takes more at least
   * every `pingTimeoutMs`; calls under way fail with `unavailable`.
   */
  close(retryAfterMs = 0): void {
    this.awayMs ||= retryAfterMs;
    if (this.state !== "connecting") this.patienceMs = this.link.limits.pingTimeoutMs;
    if (this.link.sender.hasBacklog && !this.isClosing) void this.closeWhenSent();
    else if (!this.isClosing) this.sayGoodbye();
  }

  /** Closes without waiting for what was accepted. */
  cutOff(retryAfterMs: number): void {
    this.awayMs ||= retryAfterMs;
    this.patienceMs = 0;
    this.sayGoodbye();
  }

  /** Closes, and tells the peer why: by its code and text if it is a `MillraceError`, else as `internal`. */
  refuse(reason: Error): void {
    if (reason instanceof MillraceError) return this.bye(reason, reason);
    this.link.runtime.report(reason, "a link");
    this.bye(new MillraceError("internal", "the link failed"), MillraceError.from(reason, "internal"));
  }

  /** The peer said that it closes, and why. */
  goodbye(frame: Frame): void {
    const reason = readReason(frame);
    this.retryAfterMs = readNumberEntry(frame, Entry.RETRY_AFTER) ?? this.retryAfterMs;
    this.isRefused = this.state === "connecting" && reason.code !== "cancelled";
    this.end(this.isRefused ? reason : unavailable(`the peer closed the link: [${reason.code}] ${reason.text}`));
  }

  /** The transport is closed. */
  lost(reason?: Error): void {
    this.stopTimer();
    this.shut(reason ? MillraceError.from(reason, "unavailable") : unavailable("the peer closed the connection"));
    this.link.sender.release();
  }

  /** Closes without a word, which the peer would not read. */
  destroy(error: MillraceError): void {
    this.shut(error);
    this.link.transport.destroy();
  }

  private awaitHello(isAgain = false): void {
    const { runtime, limits } = this.link;
    const { clock } = runtime;
    const { handshakeTimeoutMs } = limits;
    const due = clock.now() + handshakeTimeoutMs;
    this.timer = clock.after(handshakeTimeoutMs, () => {
      // A process that was blocked may not have sent its HELLO, or not read the peer's: once, it gets the time again.
      if (clock.now() - due > BLOCKED_MS && !isAgain) this.awaitHello(true);
      else this.refuse(new MillraceError("deadline_exceeded", `no HELLO within ${handshakeTimeoutMs} ms`));
    });
  }

  private stopTimer(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private async closeWhenSent(): Promise<void> {
    const { sender } = this.link;
    this.isClosing = true;
    this.drain();
    this.whenStuck(() => this.cutOff(0));
    while (this.state !== "closed" && sender.hasBacklog) await sender.changed();
    this.sayGoodbye();
  }

  private sayGoodbye(): void {
    this.bye(new MillraceError("cancelled", "closed by the other side"), unavailable("the link was closed"));
  }

  private bye(toPeer: MillraceError, here: MillraceError): void {
    if (this.state === "closed") return;
    this.link.sender.resetId(0, toPeer, this.awayMs);
    this.end(here);
  }

  private end(error: MillraceError): void {
    if (this.state === "closed") return;
    const { sender, transport } = this.link;
    sender.batch.flush();
    this.shut(error);
    transport.end();
    this.whenStuck(() => transport.destroy());
  }

  /**
   * Runs `giveUp` when nothing of what is left to send has gone out for `patienceMs`, or for `CLOSE_TIMEOUT_MS` where it is not
   * the socket that holds it back. Looks every `CLOSE_TIMEOUT_MS`, with what it saw at the last look.
   */
  private whenStuck(giveUp: () => void, leastBytes = Infinity, stuckMs = 0): void {
    const { runtime, sender } = this.link;
    const { unsentBytes, batch } = sender;
    const forMs = unsentBytes < leastBytes ? 0 : stuckMs;
    if (forMs > 0 && (forMs >= this.patienceMs || batch.unsentBytes === 0)) return giveUp();
    const again = (): void => this.whenStuck(giveUp, unsentBytes, forMs + CLOSE_TIMEOUT_MS);
    const { clock } = runtime;
    // A process that was blocked runs its timers before it reads its sockets, where the peer may have made room.
    this.timer = clock.after(CLOSE_TIMEOUT_MS - 1, () => (this.timer = clock.after(1, again)));
  }

  private shut(error: MillraceError): void {
    if (this.state === "closed") return;
    this.stopTimer();
    this.state = "closed";
    this.link.ended(error.code === "unavailable" ? error : unavailable(error.message, error));
    this.link.changed("closed", error);
  }

  private makeNoCalls(): void {
    if (this.state === "open") this.change("draining");
  }

  private change(state: State): void {
    this.state = state;
    this.link.changed(state);
  }
}

/** An error of a link that is not there, or no longer. */
export function unavailable(detail: string, cause?: Error): MillraceError {
  return new MillraceError("unavailable", detail, { cause });
}
