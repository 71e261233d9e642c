import type { Received } from "../bytes/received.js";
import type { Slab } from "../bytes/slab.js";
import type { MillraceError } from "../error.js";
import type { Timer } from "./clock.js";
import type { Limits } from "./limits.js";
import type { Receiving } from "./unfinished.js";
import type { Runtime } from "./runtime.js";
import type { Transport } from "./transport.js";

/** Why a link does not read now; bits of `holds`. */
const FOR_MEMORY = 1;
const FOR_ANSWERS = 2;
/**
 * A peer that reads no answers is read from again after so long, a window each time: if both peers wait for the other one
 * to read first, this lets them go on. One that never reads does not answer pings.
 */
const LONGEST_HOLD_MS = 1_000;

/**
 * Where a link's bytes come in, and when it reads no more of them for a while: when the process has no memory for the rest
 * of a frame, and when the peer sends without reading what it is answered.
 */
export class Reading implements Receiving {
  readonly ring: Received;
  readonly frameTimeoutMs: number;
  private holds = 0;
  private holdTimer: Timer | undefined;
  private isUnfinished = false;

  constructor(
    private readonly transport: Transport,
    private readonly runtime: Runtime,
    limits: Limits,
    private readonly link: Pick<Receiving, "refuse">,
  ) {
    this.ring = runtime.received();
    this.frameTimeoutMs = limits.frameTimeoutMs;
  }

  get wantedBytes(): number {
    return this.ring.wanted;
  }

  /**
   * Ends a read: makes room for the rest of a frame of `wanted` bytes whose start is there.
   * @param hadFrames whether the read ended at least one frame.
   * @param isAssembling whether more fragments of a message are to come.
   */
  ended(wanted: number, hadFrames: boolean, isAssembling: boolean): void {
    const { unfinished, slabs } = this.runtime;
    const hasRoom = this.ring.keep(wanted, isAssembling);
    const isUnfinished = this.ring.end > this.ring.pos;
    if (isUnfinished && (hadFrames || !this.isUnfinished)) unfinished.began(this);
    if (!isUnfinished && this.isUnfinished) unfinished.ended(this);
    this.isUnfinished = isUnfinished;
    if (hasRoom) return;
    this.hold(FOR_MEMORY);
    slabs.wait(this);
  }

  refuse(reason: MillraceError): void {
    this.link.refuse(reason);
  }

  proceed(slab: Slab): void {
    this.ring.reserve(slab);
    this.resume(FOR_MEMORY);
  }

  /** Reads no more, for answers wait that the peer does not read. */
  holdForAnswers(): void {
    if ((this.holds & FOR_ANSWERS) !== 0) return;
    this.holdTimer = this.runtime.clock.after(LONGEST_HOLD_MS, () => this.resume(FOR_ANSWERS));
    this.hold(FOR_ANSWERS);
  }

  /** Few answers wait now. */
  answersSent(): void {
    if ((this.holds & FOR_ANSWERS) === 0) return;
    this.holdTimer?.cancel();
    this.resume(FOR_ANSWERS);
  }

  /** Ends all reading. The transport may still write into the window, and reads on so as to notice its own end. */
  stop(): void {
    this.holdTimer?.cancel();
    if (this.holds !== 0) this.transport.resume();
    this.holds = 0;
    this.runtime.unfinished.ended(this);
    this.runtime.slabs.forget(this);
    this.ring.abandon();
  }

  private hold(reason: number): void {
    if (this.holds === 0) this.transport.pause();
    this.holds |= reason;
  }

  private resume(reason: number): void {
    if ((this.holds & reason) === 0) return;
    this.holds &= ~reason;
    if (this.holds === 0) this.transport.resume();
  }
}
