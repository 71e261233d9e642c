import { MillraceError } from "../error.js";
import type { Fanout } from "./fanout.js";
import { Feed } from "./feed.js";
import type { Settings } from "./options.js";
import type { TopicLog, TopicStore } from "./store.js";

/** So many keys without subscribers are looked at for one that may go: others are being published to, or opened. */
const MOST_LOOKS = 1000;
/** With each new key so many others are looked at, whether they are spent. */
const LOOKS = 2;

/** The feeds of one topic, by their keys: opened when they are first asked for, and dropped when they hold nothing that anybody needs. */
export class FeedsByKey {
  /** Those that have subscribers. */
  private readonly busy = new Map<string, Feed>();
  /** All others, which are there for their history, or are being opened. */
  private readonly quiet = new Map<string, Feed | Promise<Feed>>();
  /** Goes round those without subscribers, for what is spent. */
  private round: Iterator<[string, Feed | Promise<Feed>]> = this.quiet.entries();
  private isClosed = false;

  constructor(
    private readonly path: string,
    private readonly store: TopicStore,
    private readonly fanout: Fanout,
    private readonly settings: Pick<Settings<never, never>, "history" | "maxKeys" | "maxWaitingBytes">,
  ) {}

  get size(): number {
    return this.busy.size + this.quiet.size;
  }

  /** The feed of an encoded key, whose bytes are the text's units; one that comes later must still be `kept` then. */
  of(key: string): Feed | Promise<Feed> {
    if (this.isClosed) throw new MillraceError("unavailable", `${this.path} is published here no more`);
    return this.at(key) ?? this.open(key);
  }

  /** The feed that was being opened, or that of its key, where others have let go of it before this one's turn came. */
  kept(feed: Feed): Feed | Promise<Feed> {
    return this.at(feed.key) === feed ? feed : this.of(feed.key);
  }

  /** A feed has a subscriber more. */
  entered(feed: Feed): void {
    this.quiet.delete(feed.key);
    this.busy.set(feed.key, feed);
  }

  /** A feed has a subscriber less. */
  left(feed: Feed): void {
    if (feed.subscribers === 0) {
      this.busy.delete(feed.key);
      this.quiet.set(feed.key, feed);
    }
    this.forget(feed);
  }

  /** Drops a feed that nobody has published to and nobody is subscribed to. */
  forget(feed: Feed): void {
    if (!feed.isIdle || !feed.isNew || this.quiet.get(feed.key) !== feed) return;
    this.quiet.delete(feed.key);
    feed.log.close();
  }

  /** Closes the logs of all feeds, which have no subscribers any more; nothing is opened from now on. */
  close(): void {
    this.isClosed = true;
    for (const feed of this.quiet.values()) if (feed instanceof Feed) feed.log.close();
    this.quiet.clear();
  }

  private at(key: string): Feed | Promise<Feed> | undefined {
    return this.busy.get(key) ?? this.quiet.get(key);
  }

  private open(key: string): Feed | Promise<Feed> {
    this.dropSpent();
    if (this.size >= this.settings.maxKeys) this.makeRoom();
    const bytes = Uint8Array.from(key, (byte) => byte.charCodeAt(0));
    const log = this.store.open(this.path, bytes, this.settings.history);
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
    const text = `${this.path} has ${this.size} keys that are in use: no more are taken`;
    throw new MillraceError("resource_exhausted", text);
  }
}
