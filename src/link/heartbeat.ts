import type { Clock, Timer } from "./clock.js";

/**
 * The wait for a PONG is so many timers, each made when the one before has run: a process that was too busy to read for
 * however long reads what has come before the last of them, and gives up no peer because of itself.
 */
const WAITS = 4;

/**
 * Asks the peer again and again whether it is alive. Only a PONG counts: data that still arrives may have been under
 * way for long, and proves nothing about what we send.
 */
export class Heartbeat {
  private timer: Timer | undefined;
  private count = 0;
  private awaiting = false;

  /**
   * @param ping sends a PING with this number.
   * @param silent called once when a PING is not answered within `timeoutMs`.
   */
  constructor(
    private readonly clock: Clock,
    private readonly intervalMs: number,
    private readonly timeoutMs: number,
    private readonly ping: (number: number) => void,
    private readonly silent: () => void,
  ) {}

  start(): void {
    this.timer = this.clock.after(this.intervalMs, () => this.ask());
  }

  /** Notes a PONG; one for a PING that is not the last changes nothing. */
  pong(number: number): void {
    if (!this.awaiting || number !== this.count) return;
    this.awaiting = false;
    this.timer?.cancel();
    this.start();
  }

  stop(): void {
    this.timer?.cancel();
    this.awaiting = false;
  }

  private ask(): void {
    this.count = (this.count + 1) | 0;
    this.awaiting = true;
    this.wait(WAITS);
    this.ping(this.count);
  }

  private wait(left: number): void {
    const next = left === 1 ? this.silent : (): void => this.wait(left - 1);
    this.timer = this.clock.after(this.timeoutMs / WAITS, next);
  }
}
