import type { CappedPool, Waiter } from "../bytes/capped-pool.js";
import { MillraceError } from "../error.js";
import type { Clock, Timer } from "./clock.js";

/** How often the frames that are not whole are looked at. */
const CHECK_MS = 1_000;

/** A link that has received a part of a frame, or of a message that comes in several. */
export interface Receiving extends Waiter {
  /** Whether it still waits for the rest. */
  readonly isUnfinished: boolean;
  /** How long the next part may take. */
  readonly patienceMs: number;
  /** Ends the link and tells the peer why. */
  refuse(reason: MillraceError): void;
}

/**
 * The links of a process whose next frame or message is not whole yet. Such a link holds memory, so it has a deadline. At the cap of
 * memory (`CappedPool.maxLeasedBytes`) links wait until some comes back; if none does between two looks, the link that
 * has waited for longest for the rest of one is closed.
 */
export class UnfinishedFrames {
  /** Since when each link waits for the rest; the oldest first. */
  private readonly since = new Map<Receiving, number>();
  /** `CappedPool.wakes` at the last look. */
  private wakes = 0;
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly slabs: CappedPool,
  ) {}

  /** A part has come for this link, and not the end. */
  began(link: Receiving): void {
    this.since.delete(link);
    this.since.set(link, this.clock.now());
    this.timer ??= this.clock.after(CHECK_MS, () => this.lookSoon());
  }

  /** All is whole, or the link is closed. */
  ended(link: Receiving): void {
    this.since.delete(link);
    if (this.since.size > 0) return;
    this.timer?.cancel();
    this.timer = undefined;
  }

  /** A process that was blocked runs its timers before it reads its sockets, where the rest may be waiting. */
  private lookSoon(): void {
    this.timer = this.clock.after(1, () => this.look());
  }

  private look(): void {
    this.timer = this.clock.after(CHECK_MS, () => this.lookSoon());
    this.closeLate();
    const { isShort, wakes } = this.slabs;
    if (isShort && wakes === this.wakes) this.closeOldest();
    this.wakes = wakes;
  }

  private closeLate(): void {
    const now = this.clock.now();
    for (const [link, since] of this.since) {
      const { isUnfinished, patienceMs } = link;
      // A message may have been given up meanwhile.
      if (!isUnfinished) this.ended(link);
      else if (now - since >= patienceMs) {
        link.refuse(
          new MillraceError("deadline_exceeded", `the rest of a frame or message did not come within ${patienceMs} ms`),
        );
      }
    }
  }

  private closeOldest(): void {
    const [oldest] = this.since.keys();
    oldest?.refuse(new MillraceError("resource_exhausted", "this process has no memory left for unfinished frames"));
  }
}
