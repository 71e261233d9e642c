import { MillraceError } from "../error.js";
import type { Connection } from "../link/connection.js";
import type { SharedFrames } from "../link/shared-frames.js";
import type { Quota } from "../link/quota.js";
import type { Subscribed, TopicCall } from "../rpc/topic-call.js";
import type { GapReason } from "../rpc/subscription.js";
import type { Event } from "./event.js";
import type { Feed } from "./feed.js";
import type { Group, Member } from "./group.js";
import { EVENT_HEAD_BYTES, type Pace } from "./options.js";
import { Waiting } from "./waiting.js";

/** So much of the past is sent before others get their turn. */
const REPLAY_BYTES = 64 * 1024;
/** The length of a GAP, for which there has to be room before that of the event behind it is looked at. */
const LEAST_BYTES = 32;

/** The call of a subscriber, whatever its types. */
export type AnyTopicCall = Pick<
  TopicCall<never, never>,
  "link" | "isEnded" | "room" | "fits" | "maxEventBytes" | "takes" | "share" | "event" | "gap" | "refuse"
>;

/**
 * One subscription to a feed:
 *
 *   replaying ── all of the past is sent ──▶ live ── has no room ──▶ behind
 *       (reads the log)                       ▲                        │ (events wait, bounded)
 *                                             └── all that waited ─────┘
 */
export class Subscriber implements Subscribed, Member {
  place = -1;
  readonly link: Connection;
  private waiting: Waiting | undefined;
  private isPumping = false;

  /** @param next the offset of the next event to send, but for live ones, to whom all goes that comes. */
  constructor(
    private readonly feed: Feed,
    private readonly group: Group,
    private readonly call: AnyTopicCall,
    private readonly pace: Pace,
    private readonly quota: Quota,
    private next: number,
    private readonly gone: () => void,
  ) {
    this.link = call.link;
    feed.subscribers++;
    group.links.add(this.link);
  }

  get isFull(): boolean {
    return this.waiting?.isFull ?? false;
  }

  /** Lets events wait from now on, until `start`. */
  hold(): void {
    this.waiting = new Waiting(this.pace, this.quota);
    this.feed.isSlow(this);
  }

  /** Sends what there is, then all that comes. */
  start(): void {
    if (!this.waiting && this.next === this.feed.next) this.group.add(this);
    else void this.pump();
  }

  share(frames: SharedFrames): boolean {
    if (!this.call.takes(frames)) return false;
    this.call.share(frames);
    return true;
  }

  fallBehind(events: readonly Event[]): void {
    this.next = events[0].offset;
    this.hold();
    this.wait(events);
    if (!this.call.isEnded) void this.pump();
  }

  /** Takes in what was published while it is behind. */
  wait(events: readonly Event[]): void {
    if (!this.waiting || this.call.isEnded) return;
    for (const event of events) {
      if (this.waiting.push(event)) continue;
      const text = `more than ${this.pace.maxWaitingBytes} bytes of events wait: read faster, or subscribe again`;
      return this.call.refuse(new MillraceError("resource_exhausted", text));
    }
  }

  left(): void {
    this.group.remove(this);
    this.group.links.delete(this.link);
    this.feed.dropGroups();
    this.feed.subscribers--;
    this.waiting?.clear();
    this.feed.isNotSlow(this);
    this.gone();
  }

  /** Sends to this one alone until it is live; never rejects. */
  private async pump(): Promise<void> {
    if (this.isPumping) return;
    this.isPumping = true;
    try {
      while (!this.call.isEnded && this.place < 0) {
        if (!this.call.fits(LEAST_BYTES)) await this.call.room(LEAST_BYTES);
        else if (this.waiting) await this.sendWaiting(this.waiting);
        else await this.replay();
      }
    } catch (error) {
      this.call.refuse(error);
    }
    this.isPumping = false;
  }

  private async sendWaiting(waiting: Waiting): Promise<void> {
    const event = waiting.peek();
    if (!event) return this.goLive(waiting);
    this.skip(event.offset, waiting.reasonFor(this.next));
    if (!this.canSend(event.payload)) return this.call.room(lengthOf(event.payload));
    waiting.shift();
    this.send(event.offset, event.payload);
    this.feed.waitsLess();
  }

  private async replay(): Promise<void> {
    const { feed, next: start } = this;
    let bytes = 0;
    let neededBytes = 0;
    await feed.log.read(start, (offset, payload) => {
      if (this.call.isEnded || offset >= feed.next) return false;
      this.skip(offset, "expired");
      if (!this.canSend(payload)) neededBytes = lengthOf(payload);
      if (neededBytes > 0) return false;
      this.send(offset, payload);
      bytes += payload.length;
      return bytes < REPLAY_BYTES;
    });
    if (this.call.isEnded) return;
    if (neededBytes > 0) return this.call.room(neededBytes);
    if (this.next === start && start < feed.next) this.skip(this.nextKept(), "expired");
    if (this.next === feed.next) this.goLive(undefined);
  }

  /** Where to go on when the log gave nothing: what it should have and does not give is lost, too. */
  private nextKept(): number {
    const { log, next } = this.feed;
    return log.first > this.next ? Math.min(log.first, next) : next;
  }

  /** Whether an event may go out now; one that is too long for the subscriber is not sent at all. */
  private canSend(payload: Uint8Array): boolean {
    const length = lengthOf(payload);
    return length > this.call.maxEventBytes || this.call.fits(length);
  }

  private send(offset: number, payload: Uint8Array): void {
    if (lengthOf(payload) > this.call.maxEventBytes) return this.skip(offset + 1, "too long");
    this.call.event(offset, payload);
    this.next = offset + 1;
  }

  private skip(to: number, reason: GapReason): void {
    if (to <= this.next) return;
    this.call.gap(this.next, to - 1, reason);
    this.next = to;
  }

  private goLive(waiting: Waiting | undefined): void {
    this.feed.flush();
    if (waiting && !waiting.isEmpty) return;
    if (!waiting && this.next < this.feed.next) return;
    if (waiting) this.skip(this.feed.next, waiting.reasonFor(this.next));
    this.waiting = undefined;
    this.feed.isNotSlow(this);
    if (!this.call.isEnded) this.group.add(this);
  }
}

function lengthOf(payload: Uint8Array): number {
  return EVENT_HEAD_BYTES + payload.length;
}
