import type { Codec } from "../codec/codec.js";
import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import type { Connection } from "../link/connection.js";
import type { Stream as LinkStream } from "../link/stream.js";
import { Incoming } from "./incoming.js";
import { readItems, readOffset, readPair, reasonOf } from "./position.js";
import { forEach, type Gap, type Position, type SubscribeOptions, type Subscription } from "./subscription.js";

/** What is between two items: at which one it stands, which gap begins there, the position behind it, and the bytes of its frame. */
interface Mark {
  readonly at: number;
  readonly gap: Gap | undefined;
  readonly position: Position;
  readonly bytes: number;
}

/**
 * The events of a subscription on one link. Offsets count up by one from event to event, so that only what stands between
 * two of them is noted.
 */
export class Events<T> extends Incoming<T> implements Subscription<T> {
  offset: number | undefined;
  position: Position | undefined;
  /** Behind what has come; `position` is behind what was handed out. */
  private arrived: Position | undefined;
  private marks: Mark[] = [];
  private received = 0;
  private handed = 0;
  /** Where the events start. */
  private start: Position | undefined;
  /** How many items of the snapshot have not come, and have not been handed out. */
  private itemsToCome = 0;
  private itemsLeft = 0;

  /** @param lost told when the events go on behind a gap that nobody wants to be told of. */
  constructor(
    private readonly link: Connection,
    stream: LinkStream,
    codec: Codec<T>,
    isLending: boolean,
    stopped: () => void,
    private readonly options: SubscribeOptions | undefined,
    private readonly lost: (error: MillraceError) => void,
  ) {
    super(link, stream, codec, isLending, stopped);
    if (typeof options?.from === "object") this.position = options.from;
  }

  get epoch(): number | undefined {
    return this.start?.epoch;
  }

  forEach(handler: (event: T, offset: number | undefined) => void | Promise<void>): Promise<void> {
    return forEach(this, handler);
  }

  /** Takes in a SUBSCRIBED: from where on the events come, which need not be what was asked for. */
  subscribed(frame: Frame): void {
    const [epoch, offset] = readPair(frame);
    const from = this.options?.from;
    this.start = this.arrived = { epoch, offset };
    this.itemsToCome = this.itemsLeft = readItems(frame);
    const gap = typeof from === "object" || typeof from === "number" ? missing(from, this.start) : undefined;
    this.mark(gap, this.start, frame.length);
  }

  /** Takes in a GAP. */
  gap(frame: Frame): void {
    const [from, to] = readPair(frame);
    const { epoch, offset } = this.expected();
    if (from !== offset || to < from) throw outOfOrder(from, offset);
    this.arrived = { epoch, offset: to + 1 };
    this.mark({ reason: reasonOf(frame.aux), epoch, from, to }, this.arrived, frame.length);
  }

  /** Takes in an EVENT. */
  event(frame: Frame): void {
    const { epoch, offset } = this.expected();
    const own = readOffset(frame);
    if (own !== offset) throw outOfOrder(own, offset);
    this.arrived = { epoch, offset: offset + 1 };
    this.received++;
    super.receive(frame);
  }

  /** Takes in an item of a snapshot. */
  override receive(frame: Frame): void {
    if (this.itemsToCome === 0) {
      throw new MillraceError("invalid_argument", "an item of a snapshot came before it was announced");
    }
    this.itemsToCome--;
    this.received++;
    super.receive(frame);
  }

  protected override asked(): void {
    while (this.marks.length > 0 && this.marks[0].at === this.handed) this.pass(this.marks.shift()!);
  }

  protected override taken(count: number): void {
    let left = count;
    while (this.marks.length > 0 && this.marks[0].at < this.handed + left) {
      const mark = this.marks.shift()!;
      const before = mark.at - this.handed;
      this.advance(before);
      left -= before;
      this.pass(mark);
    }
    this.advance(left);
  }

  private expected(): Position {
    if (this.arrived && this.itemsToCome === 0) return this.arrived;
    const when = this.arrived ? "all of the snapshot had come" : "the subscription was accepted";
    throw new MillraceError("invalid_argument", `events came before ${when}`);
  }

  private advance(count: number): void {
    if (count === 0) return;
    this.handed += count;
    const ofSnapshot = Math.min(count, this.itemsLeft);
    this.itemsLeft -= ofSnapshot;
    if (ofSnapshot > 0 && this.itemsLeft === 0) this.position = this.start;
    if (ofSnapshot === count || !this.position) return void (this.offset = undefined);
    const { epoch, offset } = this.position;
    this.position = { epoch, offset: offset + count - ofSnapshot };
    this.offset = this.position.offset - 1;
  }

  /** Whether the receiver waits for more. */
  private get isAwaited(): boolean {
    return this.waiters.length > 0;
  }

  private mark(gap: Gap | undefined, position: Position, bytes: number): void {
    const isTold = !gap || gap.reason === "conflated" || this.options?.onGap !== undefined;
    if (!isTold) return this.lost(dataLoss(gap));
    const mark = { at: this.received, gap, position, bytes };
    if (this.handed === this.received && (this.isAwaited || this.received === 0)) this.pass(mark);
    else this.marks.push(mark);
  }

  /** What was handed out stands for this position, but where a snapshot has to be handed out first, which is given once more else. */
  private pass({ gap, position, bytes }: Mark): void {
    this.held.consumed(bytes);
    if (this.itemsLeft === 0) this.position = position;
    if (!gap) return;
    try {
      this.options?.onGap?.(gap);
    } catch (error) {
      this.link.runtime.report(error, "onGap of a subscription");
    }
  }
}

/** What lies between what a subscriber asked for and where its events start. */
function missing(from: number | Position, start: Position): Gap | undefined {
  const asked = typeof from === "number" ? { epoch: start.epoch, offset: from } : from;
  if (asked.epoch !== start.epoch && asked.epoch !== 0) {
    return { reason: "epoch", epoch: asked.epoch, from: asked.offset, to: Infinity };
  }
  if (asked.offset >= start.offset) return undefined;
  return { reason: "expired", epoch: start.epoch, from: asked.offset, to: start.offset - 1 };
}

function dataLoss({ reason, from, to }: Gap): MillraceError {
  const range = to === Infinity ? `from ${from} on` : from === to ? `${from}` : `${from} to ${to}`;
  const why = reason === "epoch" ? "the server has lost its history" : reason;
  const text = `events are missing, offset ${range} (${why}): give the subscription an onGap to go on without them`;
  return new MillraceError("data_loss", text);
}

function outOfOrder(offset: number, expected: number): MillraceError {
  return new MillraceError("invalid_argument", `an event has offset ${offset} where ${expected} should be`);
}
