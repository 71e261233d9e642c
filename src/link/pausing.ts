import { Ring } from "../bytes/ring.js";
import type { CappedPool } from "../bytes/capped-pool.js";
import type { Slab } from "../bytes/slab.js";
import type { MillraceError } from "../error.js";
import type { Clock, Timer } from "./clock.js";
import { readInPlace } from "./in-place.js";
import type { Limits } from "./limits.js";
import type { Gathering, Reading, ReadingOf, Unfinished } from "./reading.js";
import type { Receiver, Transport } from "./transport.js";
import { type Receiving, UnfinishedFrames } from "./unfinished.js";

/** Why a link does not read now; bits of `holds`. */
const FOR_MEMORY = 1;
const FOR_ANSWERS = 2;
/** A peer that reads no answers is read from again after so long, a window each time. One that never reads does not answer pings. */
const LONGEST_HOLD_MS = 1_000;
/**
 * Who has calls under way holds back no longer than this, and not again before it has none: the peer may wait for this side to
 * read first, and its answers come behind what makes this side hold.
 */
const LONGEST_HOLD_OF_CALLER_MS = 50;

/**
 * How the links of a process read: into `readSlab` by turns, into slabs of their own what is not all there, and not at all
 * while the process has no memory for the rest of a frame, or the peer sends without reading what it is answered.
 */
export function pausing(clock: Clock, slabs: CappedPool, readSlab: Slab): ReadingOf {
  const unfinished = new UnfinishedFrames(clock, slabs);
  return (transport, limits, link) =>
    new PausingReading(transport, limits, link, clock, slabs, unfinished, new Ring(readSlab, slabs));
}

class PausingReading implements Reading, Receiving {
  private holds = 0;
  private holdTimer: Timer | undefined;
  /** Whether this side has held back as long as it may; counts while it has calls under way. */
  private hasHeld = false;
  private gathering: Gathering | undefined;
  /** What was so after the last read. */
  private wasUnfinished = false;
  private wasGathering = false;
  private longFrames = 0;

  constructor(
    private readonly transport: Transport,
    private readonly limits: Limits,
    private readonly link: Pick<Receiver, "refuse">,
    private readonly clock: Clock,
    private readonly slabs: CappedPool,
    private readonly unfinished: UnfinishedFrames,
    readonly ring: Ring,
  ) {}

  get wantedBytes(): number {
    return this.ring.wanted;
  }

  get isUnfinished(): boolean {
    return this.ring.end > this.ring.pos || this.isGathering;
  }

  /** Credit that a fragment waits for may be withheld for `stallTimeoutMs`. */
  get patienceMs(): number {
    const { frameTimeoutMs, stallTimeoutMs } = this.limits;
    return this.isGathering ? frameTimeoutMs + stallTimeoutMs : frameTimeoutMs;
  }

  ended({ wanted, unfinished }: Unfinished, hadFrames: boolean, gathering: Gathering): void {
    const assembly = unfinished && gathering.streams.assemblyOf(unfinished);
    if (assembly) readInPlace(assembly, unfinished, this.ring);
    const hasRoom = this.ring.keep(wanted, gathering.intake.isAssembling);
    this.gathering = gathering;
    this.note(hadFrames);
    if (hasRoom) return;
    this.hold(FOR_MEMORY);
    this.slabs.wait(this);
  }

  refuse(reason: MillraceError): void {
    this.link.refuse(reason);
  }

  proceed(slab: Slab): void {
    this.ring.reserve(slab);
    this.resume(FOR_MEMORY);
  }

  holdForAnswers(): void {
    const { isCalling } = this;
    this.hasHeld &&= isCalling;
    if (this.hasHeld || (this.holds & FOR_ANSWERS) !== 0) return;
    this.holdTimer = this.clock.after(isCalling ? LONGEST_HOLD_OF_CALLER_MS : LONGEST_HOLD_MS, () => {
      this.hasHeld = true;
      this.resume(FOR_ANSWERS);
    });
    this.hold(FOR_ANSWERS);
  }

  answersSent(): void {
    if ((this.holds & FOR_ANSWERS) === 0) return;
    this.holdTimer?.cancel();
    this.resume(FOR_ANSWERS);
  }

  stop(): void {
    this.holdTimer?.cancel();
    // The transport reads on so as to notice its own end.
    if (this.holds !== 0) this.transport.resume();
    this.holds = 0;
    this.unfinished.ended(this);
    this.slabs.forget(this);
    this.ring.abandon();
  }

  /** Whether this side has calls of its own under way. */
  private get isCalling(): boolean {
    return this.gathering !== undefined && this.gathering.streams.load > 0;
  }

  private get isGathering(): boolean {
    return this.gathering !== undefined && this.gathering.intake.unfinished > 0;
  }

  /**
   * Notes whether a frame or message is unfinished. Its time begins anew with each part; for a message, only long frames may be
   * parts.
   */
  private note(hadFrames: boolean): void {
    const { isUnfinished, isGathering, unfinished } = this;
    const { longFrames } = this.ring;
    const hadPart = isGathering ? longFrames !== this.longFrames : hadFrames || this.wasGathering;
    if (isUnfinished && (hadPart || !this.wasUnfinished)) unfinished.began(this);
    if (!isUnfinished && this.wasUnfinished) unfinished.ended(this);
    this.wasUnfinished = isUnfinished;
    this.wasGathering = isGathering;
    this.longFrames = longFrames;
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
