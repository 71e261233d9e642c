import { MillraceError } from "../error.js";
import type { Method } from "../rpc/service.js";
import type { From } from "../rpc/position.js";
import type { TopicCall } from "../rpc/topic-call.js";
import type { Fanout } from "./fanout.js";
import { Feed } from "./feed.js";
import { FeedsByKey } from "./feeds-by-key.js";
import { checkTopicOptions, type Settings, type TopicOptions } from "./options.js";
import { checkPublication, type Publication } from "./publishers.js";
import type { TopicStore } from "./store.js";
import { Subscriber } from "./subscriber.js";

/** The longest key of a topic, encoded. */
const MAX_KEY_BYTES = 1024;

/** Where events are published; made by `server.topic`. */
export interface Topic<Req, Res> {
  /** Keys that have subscribers or history now. */
  readonly keys: number;
  /** Subscriptions to any key. */
  readonly subscribers: number;
  /**
   * Publishes one event to all who have subscribed to `key`. It is encoded before this returns, and gets its place behind what was
   * published before; what is published in one turn leaves together. Resolves with its offset when the store keeps it, and, with
   * `slow: "wait"`, when no subscriber lags too far behind. Rejects with `resource_exhausted` when it is too
   * long or, with `"wait"`, when too much waits already; with `invalid_argument` when it or the key does not encode.
   * With a `publication` that was published to the key before it is not published again, and the offset is the one from then;
   * rejects with `already_exists` for one that is older than the publisher's last, and with `unavailable` when too much waits.
   */
  publish(key: Partial<Req>, event: Partial<Res>, publication?: Publication): Promise<number>;
  /** Publishes some events; resolves with the offset of the first, which the others follow. All are published, or none. */
  publishMany(key: Partial<Req>, events: Iterable<Partial<Res>>, publication?: Publication): Promise<number>;
  /** Ends all subscriptions with `unavailable` and publishes nothing any more. */
  close(): void;
}

/** One topic of a server: its feeds, by their keys. */
export class ServerTopic<Req, Res> implements Topic<Req, Res> {
  subscribers = 0;
  private readonly settings: Settings<Req, Res>;
  private readonly feeds: FeedsByKey;
  private readonly calls = new Set<TopicCall<Req, Res>>();
  /** Why no subscription is let in any more. */
  private end: MillraceError | undefined;

  constructor(
    private readonly method: Method<Req, Res>,
    store: TopicStore,
    private readonly fanout: Fanout,
    options: TopicOptions<Req, Res>,
  ) {
    this.settings = checkTopicOptions(options);
    this.feeds = new FeedsByKey(method.path, store, fanout, this.settings);
  }

  get keys(): number {
    return this.feeds.size;
  }

  publish(key: Partial<Req>, event: Partial<Res>, publication?: Publication): Promise<number> {
    return this.publishMany(key, [event], publication);
  }

  async publishMany(key: Partial<Req>, events: Iterable<Partial<Res>>, publication?: Publication): Promise<number> {
    if (publication) checkPublication(publication);
    const { conflateBy, slow } = this.settings;
    const list = [...events];
    const payloads = list.map((event) => this.encode(event));
    const keys = conflateBy && list.map((event) => conflateBy(event));
    let opening = this.feedOf(key);
    while (!(opening instanceof Feed)) opening = this.feeds.kept(await opening);
    const feed = opening;
    feed.publishing++;
    try {
      if (slow === "wait" && feed.isFull) throw tooFast(this.method.path, publication);
      // Where nothing is published there is nothing to know again.
      const stored = feed.log.append(payloads, list.length > 0 ? publication : undefined);
      const offset = typeof stored === "number" ? stored : await stored;
      // What was published before was delivered then, and need not be what is given now.
      if (offset >= feed.next) payloads.forEach((payload, i) => feed.deliver(offset + i, payload, keys?.[i]));
      if (slow === "wait") await feed.hasRoom();
      return offset;
    } finally {
      feed.publishing--;
      this.feeds.forget(feed);
    }
  }

  /** Lets a subscription in; throws why not. */
  readonly join = async (request: Req, call: TopicCall<Req, Res>): Promise<void> => {
    let feed = this.feedOf(request);
    while (!(feed instanceof Feed)) feed = this.feeds.kept(await feed);
    try {
      if (this.end) throw this.end;
      if (!call.isEnded) await this.enter(feed, request, call);
    } finally {
      this.feeds.forget(feed);
    }
  };

  /**
   * Ends all subscriptions, whose clients may go on elsewhere, and lets no more in: one with each step, so that many need not end
   * in one turn.
   */
  *ending(why: string): Generator<void> {
    const end = new MillraceError("unavailable", `${this.method.path}: ${why}`);
    this.end = end;
    for (const call of this.calls) yield call.refuse(end);
  }

  close(): void {
    for (const _ of this.ending("it is published here no more"));
    this.feeds.close();
  }

  private encode(event: Partial<Res>): Uint8Array {
    const { maxEventBytes } = this.settings;
    const payload = this.method.response.toBytes(event);
    if (payload.length <= maxEventBytes) return payload;
    const text = `an event of ${payload.length} bytes is over the ${maxEventBytes} of ${this.method.path}: raise maxEventBytes`;
    throw new MillraceError("resource_exhausted", text);
  }

  private feedOf(request: Partial<Req>): Feed | Promise<Feed> {
    const bytes = this.method.request.toBytes(request);
    if (bytes.length > MAX_KEY_BYTES) {
      const text = `a key of ${this.method.path} has ${bytes.length} bytes: at most ${MAX_KEY_BYTES} are taken`;
      throw new MillraceError("invalid_argument", text);
    }
    return this.feeds.of(String.fromCharCode(...bytes));
  }

  /** Where a subscription starts, and whether with the state as it is now: when the past is not asked for, or not there. */
  private startOf({ log, next }: Feed, from: From): { offset: number; withSnapshot: boolean } {
    const hasSnapshot = this.settings.snapshot !== undefined;
    if (from === undefined || from === "latest") {
      return { offset: next, withSnapshot: from === undefined && hasSnapshot };
    }
    const isOther = from.epoch !== 0 && from.epoch !== log.epoch;
    if (!isOther && from.offset > next) {
      const text = `offset ${from.offset} of ${this.method.path} is not there yet: the next one is ${next}`;
      throw new MillraceError("out_of_range", text);
    }
    if (!isOther && from.offset >= log.first) return { offset: from.offset, withSnapshot: false };
    if (from.epoch !== 0 && hasSnapshot) return { offset: next, withSnapshot: true };
    return { offset: Math.min(log.first, next), withSnapshot: false };
  }

  private async enter(feed: Feed, request: Req, call: TopicCall<Req, Res>): Promise<void> {
    feed.flush();
    const start = this.startOf(feed, call.from);
    const group = feed.groupFor(call.link);
    const { waitingEvents } = this.fanout.runtime;
    const left = (): void => this.left(feed, call);
    const subscriber = new Subscriber(feed, group, call, this.settings, waitingEvents, start.offset, left);
    call.subscribed = subscriber;
    this.feeds.entered(feed);
    this.calls.add(call);
    this.subscribers++;
    const items = start.withSnapshot ? await this.snapshotFor(subscriber, request, call) : [];
    if (call.isEnded) return;
    call.accept(group.number, feed.log.epoch, start.offset, items.length);
    if (items.length > 0) await this.sendSnapshot(items, call);
    if (!call.isEnded) subscriber.start();
  }

  /** The state as it is now; events wait from now on. */
  private async snapshotFor(subscriber: Subscriber, request: Req, call: TopicCall<Req, Res>): Promise<Partial<Res>[]> {
    subscriber.hold();
    try {
      return [...(await this.settings.snapshot!(request))];
    } catch (error) {
      // An interceptor may have it try again.
      call.leave();
      throw error;
    }
  }

  /** What goes wrong ends the subscription, which interceptors cannot have accepted once more. */
  private async sendSnapshot(items: readonly Partial<Res>[], call: TopicCall<Req, Res>): Promise<void> {
    try {
      for (const item of items) {
        while (!call.isEnded && !call.fits(0)) await call.room(0);
        if (call.isEnded) return;
        call.item(item);
      }
    } catch (error) {
      call.refuse(error);
    }
  }

  private left(feed: Feed, call: TopicCall<Req, Res>): void {
    this.subscribers--;
    this.calls.delete(call);
    this.feeds.left(feed);
  }
}

/** Why nothing more is published now. Of a publication it is not said that it is refused: it may have been published before. */
function tooFast(path: string, publication: Publication | undefined): MillraceError {
  const what = `too much waits for the subscribers of ${path}`;
  if (publication) return new MillraceError("unavailable", `${what}: try again later`);
  return new MillraceError("resource_exhausted", `${what}: await publish() before the next one`);
}
