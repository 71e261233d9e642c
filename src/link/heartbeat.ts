import type { Clock, Timer } from "./clock.js";
import type { Limits } from "./limits.js";

/** What a heartbeat keeps alive. */
export interface Pinging {
  /** Sends a PING with this number. */
  ping(number: number): void;
  /** A PING was not answered in time; called once. */
  silent(): void;
}

/**
 * Asks the peer again and again whether it is alive. Only a PONG counts: data that still arrives may have been under
 * way for long, and proves nothing about what we send.
 */
export class Heartbeat {
  private timer: Timer | undefined = undefined;
  private count = 0;
  private awaiting = false;

  constructor(
    private readonly clock: Clock,
    private readonly limits: Pick<Limits, "pingIntervalMs" | "pingTimeoutMs">,
    private readonly host: Pinging,
  ) {}

  start(): void {
    this.timer = this.clock.after(this.limits.pingIntervalMs, () => this.ask());
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
    this.count = (this.count + 1) & 0x7fffffff;
    this.awaiting = true;
    this.timer = this.clock.after(this.limits.pingTimeoutMs, () => this.lastChance());
    this.host.ping(this.count);
  }

  /**
   * A process that was blocked runs its timers before it reads its sockets: the answer may be there, unread. A timer that
   * is set now runs only after the sockets were read.
   */
  private lastChance(): void {
    this.timer = this.clock.after(1, () => this.host.silent());
  }
}
