import { Chunks } from "../bytes/chunks.js";
import { MillraceError } from "../error.js";
import type { Clock, Timer } from "../link/clock.js";
import type { Limits } from "../link/limits.js";
import type { Reading, Unfinished } from "../link/reading.js";
import type { Receiver } from "../link/transport.js";

/** What a page does instead of pauses, which its WebSockets do not have: it gives each frame its time. */
export class PageReading implements Reading {
  readonly ring = new Chunks();
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly limits: Pick<Limits, "frameTimeoutMs">,
    private readonly link: Pick<Receiver, "refuse">,
  ) {}

  ended({ wanted }: Unfinished, hadFrames: boolean): void {
    const { ring } = this;
    ring.keep(wanted);
    const isUnfinished = ring.end > ring.pos;
    if (hadFrames || !isUnfinished) this.stopTimer();
    if (isUnfinished) this.timer ??= this.clock.after(this.limits.frameTimeoutMs, () => this.late());
  }

  holdForAnswers(): void {}

  answersSent(): void {}

  stop(): void {
    this.stopTimer();
    this.ring.release();
  }

  private stopTimer(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  /** A page that was frozen runs its timers before it reads its sockets, where the rest may be waiting. */
  private late(): void {
    const { frameTimeoutMs } = this.limits;
    const error = new MillraceError("deadline_exceeded", `a frame was not whole within ${frameTimeoutMs} ms`);
    this.timer = this.clock.after(1, () => this.link.refuse(error));
  }
}
