import { MillraceError } from "../error.js";
import type { Method } from "../rpc/service.js";
import type { From } from "../rpc/position.js";
import type { TopicCall } from "../rpc/topic-call.js";
import type { Fanout } from "./fanout.js";
import { Feed } from "./feed.js";
import { checkTopicOptions, type Settings, type TopicOptions } from "./options.js";
import { checkPublication, type Publication } from "./publishers.js";
import type { TopicLog, TopicStore } from "./store.js";
import { Subscriber } from "./subscriber.js";

/** The longest key of a topic, encoded. */
const MAX_KEY_BYTES = 1024;
/** So many keys without subscribers are looked at for one that may go: others are being published to, or opened. */
const MOST_LOOKS = 1000;
/** With each new key so many others are looked at, whether they are spent. */
const LOOKS = 2;

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
  /** Those that have subscribers. */
  private readonly busy = new Map<string, Feed>();
  /** All others, which are there for their history, or are being opened. */
  private readonly quiet = new Map<string, Feed | Promise<Feed>>();
  /** Goes round those without subscribers, for what is spent. */
  private round: Iterator<[string, Feed | Promise<Feed>]> = this.quiet.entries();
  private readonly calls = new Set<TopicCall<Req, Res>>();
  /** Why no subscription is let in any more. */
  private end: MillraceError | undefined;
  private isClosed = false;

  constructor(
    private readonly method: Method<Req, Res>,
    private readonly store: TopicStore,
    private readonly fanout: Fanout,
    options: TopicOptions<Req, Res>,
  ) {
    this.settings = checkTopicOptions(options);
  }

  get keys(): number {
    return this.busy.size + this.quiet.size;
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
    while (!(opening instanceof Feed)) opening = this.kept(await opening);
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
      this.forget(feed);
    }
  }

  /** Lets a subscription in; throws why not. */
  readonly join = async (request: Req, call: TopicCall<Req, Res>): Promise<void> => {
    let feed = this.feedOf(request);
    while (!(feed instanceof Feed)) feed = this.kept(await feed);
    try {
      if (this.end) throw this.end;
      if (!call.isEnded) await this.enter(feed, request, call);
    } finally {
      this.forget(feed);
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
    this.isClosed = true;
    for (const _ of this.ending("it is published here no more"));
    for (const feed of this.quiet.values()) if (feed instanceof Feed) feed.log.close();
    this.quiet.clear();
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
    return this.feedAt(String.fromCharCode(...bytes));
  }

  private feedAt(key: string): Feed | Promise<Feed> {
    if (this.isClosed) throw new MillraceError("unavailable", `${this.method.path} is published here no more`);
    return this.at(key) ?? this.open(key);
  }

  /** The feed that was being opened, or that of its key, where others have let go of it before this one's turn came. */
  private kept(feed: Feed): Feed | Promise<Feed> {
    return this.at(feed.key) === feed ? feed : this.feedAt(feed.key);
  }

  private at(key: string): Feed | Promise<Feed> | undefined {
    return this.busy.get(key) ?? this.quiet.get(key);
  }

  private open(key: string): Feed | Promise<Feed> {
    this.dropSpent();
    if (this.keys >= this.settings.maxKeys) this.makeRoom();
    const bytes = Uint8Array.from(key, (byte) => byte.charCodeAt(0));
    const log = this.store.open(this.method.path, bytes, this.settings.history);
    if (!(log instanceof Promise)) return this.keep(key, log);
    const opening = log.then((opened) => this.keep(key, opened));
    opening.catch(() => this.quiet.delete(key));
    this.quiet.set(key, opening);
    return opening;
  }

  private keep(key: string, log: TopicLog): Feed {
    const feed = new Feed(key, log, this.fanout, this.settings.maxWaitingBytes);
    if (this.isClosed) log.close();
    else this.quiet.set(key, feed);
    return feed;
  }

  private dropSpent(): void {
    for (let looks = 0; looks < LOOKS; looks++) {
      const { done, value } = this.round.next();
      if (done) return void (this.round = this.quiet.entries());
      const [key, feed] = value;
      if (!(feed instanceof Feed) || !feed.isIdle || !feed.log.isSpent) continue;
      this.quiet.delete(key);
      feed.log.close();
    }
  }

  private makeRoom(): void {
    let looks = 0;
    for (const [key, feed] of this.quiet) {
      if (feed instanceof Feed && feed.isIdle) {
        this.quiet.delete(key);
        return feed.log.close();
      }
      if (++looks === MOST_LOOKS) break;
    }
    const text = `${this.method.path} has ${this.keys} keys that are in use: no more are taken`;
    throw new MillraceError("resource_exhausted", text);
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
    this.quiet.delete(feed.key);
    this.busy.set(feed.key, feed);
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
    if (feed.subscribers === 0) {
      this.busy.delete(feed.key);
      this.quiet.set(feed.key, feed);
    }
    this.forget(feed);
  }

  /** Drops a feed that nobody has published to and nobody is subscribed to. */
  private forget(feed: Feed): void {
    if (!feed.isIdle || !feed.isNew || this.quiet.get(feed.key) !== feed) return;
    this.quiet.delete(feed.key);
    feed.log.close();
  }
}

/** Why nothing more is published now. Of a publication it is not said that it is refused: it may have been published before. */
function tooFast(path: string, publication: Publication | undefined): MillraceError {
  const what = `too much waits for the subscribers of ${path}`;
  if (publication) return new MillraceError("unavailable", `${what}: try again later`);
  return new MillraceError("resource_exhausted", `${what}: await publish() before the next one`);
}
