import type { SharedFrames } from "../link/shared-frames.js";
import type { Connection } from "../link/connection.js";
import type { Event } from "./event.js";

/** A subscriber as its group sees it. */
export interface Member {
  readonly link: Connection;
  /** Its place in `Group.live`, -1 when it is not there. */
  place: number;
  /** Sends the frames on if that can be done now. */
  share(frames: SharedFrames): boolean;
  /** These events, and what comes until it is live again, go to it alone. */
  fallBehind(events: readonly Event[]): void;
}

/**
 * Subscribers of a feed that are sent the same frames, each on a link of its own: a link that subscribes to a feed twice is
 * in two groups, whose frames bear different numbers.
 */
export class Group {
  readonly links = new Set<Connection>();
  /** Those who get all that comes as it comes. */
  private readonly live: Member[] = [];

  /** @param number the feed's number for these subscribers. */
  constructor(readonly number: number) {}

  get isIdle(): boolean {
    return this.live.length === 0;
  }

  add(member: Member): void {
    member.place = this.live.length;
    this.live.push(member);
  }

  remove(member: Member): void {
    const { place } = member;
    if (place < 0) return;
    member.place = -1;
    const last = this.live.pop()!;
    if (last === member) return;
    last.place = place;
    this.live[place] = last;
  }

  /** Gives frames to all; who cannot take them leaves the live ones. Who takes a place left free has been served. */
  send(frames: SharedFrames, events: readonly Event[]): void {
    for (let i = this.live.length - 1; i >= 0; i--) {
      const member = this.live[i];
      if (member.share(frames)) continue;
      this.remove(member);
      member.fallBehind(events);
    }
  }
}
