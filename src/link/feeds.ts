import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import * as Kind from "../frame/kind.js";
import type { Connection } from "./connection.js";
import type { Stream } from "./stream.js";
import type { Subscriptions } from "./streams.js";

/** The subscriptions of one side of a link, by the numbers of their feeds. */
export class Feeds implements Subscriptions {
  private readonly streams = new Map<number, Stream>();

  constructor(private readonly connection: Connection) {}

  /** SUBSCRIBED and GAP name the call they are for, EVENT the feed that a SUBSCRIBED named before. */
  onEvent(frame: Frame): void {
    const { connection } = this;
    const { streams, intake } = connection;
    const isEvent = frame.kind === Kind.EVENT;
    const stream = isEvent ? this.streams.get(frame.stream) : streams.find(frame);
    if (isEvent && !stream) streams.lateFrames++;
    if (!stream) return;
    if (frame.flags !== 0) throw new MillraceError("invalid_argument", "an event comes in one frame, without flags");
    if (stream.gotEnd) throw new MillraceError("failed_precondition", "the peer sent an event on a call that it ended");
    intake.count(stream, frame);
    if (connection.state === "closed" || stream.isDiscarding) return;
    if (frame.kind === Kind.SUBSCRIBED) this.subscribed(stream, frame.aux);
    stream.onEvent(frame);
  }

  ended(stream: Stream): void {
    if (stream.feed !== 0) this.streams.delete(stream.feed);
  }

  private subscribed(stream: Stream, feed: number): void {
    if (feed === 0 || stream.feed !== 0 || this.streams.has(feed)) {
      throw new MillraceError(
        "failed_precondition",
        `the peer gave a subscription the number ${feed}, which is not free`,
      );
    }
    stream.feed = feed;
    this.streams.set(feed, stream);
  }
}
