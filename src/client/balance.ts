import type { MillraceError } from "../error.js";
import type { Timer } from "../link/clock.js";
import type { Runtime } from "../link/runtime.js";
import type { RpcLink } from "../rpc/rpc-link.js";
import type { Member } from "./member.js";
import type { CheckedOptions } from "./options.js";

/** From this share on of the calls that its server allows, another connection should take more. */
const CROWDED_SHARE = 0.8;

/** What is told which of its connections to use, and how many to have. */
export interface Balanced {
  readonly urls: readonly string[];
  readonly runtime: Runtime;
  readonly options: CheckedOptions;
  members: readonly Member[];
  /** Why no more are made. */
  readonly ending: MillraceError | undefined;
  /** Connects to these addresses, too. */
  add(urls: readonly string[]): void;
  /** The connections are other ones. */
  changed(): void;
}

/**
 * Decides which connection takes the next call, and when there are to be more of them or fewer; for clients that may have
 * several.
 */
export class Balance {
  /** Those that nobody needed any more, until they are closed. */
  leaving: readonly Member[] = [];
  private idleTimer: Timer | undefined;
  /** How many calls each connection had made at the last look. */
  private readonly seenOpens = new WeakMap<RpcLink, number>();

  constructor(private readonly pool: Balanced) {}

  /** What to connect to at first. */
  get first(): readonly string[] {
    const { urls, options } = this.pool;
    return Array.from({ length: Math.max(urls.length, options.minIdle) }, (_, i) => urls[i % urls.length]);
  }

  /** The connection for the next call: of two that chance picks, the one with fewer calls. */
  pick(ready: readonly RpcLink[]): RpcLink | undefined {
    const link = ready.length > 1 ? this.lessLoaded(ready) : ready[0];
    return link && loadOf(link) >= CROWDED_SHARE ? this.pickFromCrowd(ready) : link;
  }

  /** Puts those in front that are open, in the order in which they came to be: what messages go over stays the first. */
  sort(): void {
    const { members } = this.pool;
    this.pool.members = [...members.filter(({ open }) => open), ...members.filter(({ open }) => !open)];
  }

  /** Looks from now on whether there are connections that nobody needs. */
  watch(): void {
    const { members, options, runtime, ending } = this.pool;
    if (members.length <= options.minIdle || ending) return;
    this.idleTimer ??= runtime.clock.after(options.idleTimeoutMs, () => this.closeIdle());
  }

  /** Connects again to addresses whose connection nobody needed, where there is no other. */
  addMissing(): void {
    const { urls, members } = this.pool;
    const missing = urls.filter((url) => !members.some((member) => member.url === url));
    if (missing.length > 0) this.pool.add(missing);
  }

  stop(): void {
    this.idleTimer?.cancel();
  }

  /** The connection that is nearest to empty; makes another one where there may be more, one at a time. */
  private pickFromCrowd(ready: readonly RpcLink[]): RpcLink {
    if (this.pool.members.length < this.pool.options.maxLinks) this.grow();
    return ready.reduce((least, link) => (loadOf(link) < loadOf(least) ? link : least));
  }

  private grow(): void {
    const { members, urls } = this.pool;
    if (members.some(({ state }) => state === "connecting")) return;
    const countAt = (url: string): number => members.filter((member) => member.url === url).length;
    this.pool.add([urls.reduce((least, url) => (countAt(url) < countAt(least) ? url : least))]);
  }

  /** Closes what had no calls since the last look, the newest first. */
  private closeIdle(): void {
    this.idleTimer = undefined;
    const leaving = this.needless();
    if (leaving.length > 0) this.dismiss(leaving);
    this.watch();
  }

  /** Idle members above `minIdle`, the newest first; none that is open for one that is not, and none that is kept. */
  private needless(): readonly Member[] {
    const { members, options } = this.pool;
    const kept = this.kept();
    const idle = members.filter((member) => !kept.includes(member) && this.wasIdle(member));
    const spare = members.filter(({ open }) => open).length - options.minIdle;
    if (spare < 0) return [];
    const open = idle.filter((member) => member.open);
    return [...idle.filter((member) => !member.open), ...open.slice(Math.max(0, open.length - spare))];
  }

  /** Whether no call was made since this was asked last, and none is under way. */
  private wasIdle({ open, links }: Member): boolean {
    if (!open) return links.every(({ state }) => state !== "connecting");
    const { sender, streams } = open.connection;
    const isIdle = this.seenOpens.get(open) === sender.opens && streams.count === 0;
    this.seenOpens.set(open, sender.opens);
    return isIdle;
  }

  /** One member for each address where so many are to stay; else the one that messages go over. */
  private kept(): readonly (Member | undefined)[] {
    const { members, urls, options } = this.pool;
    if (options.minIdle < urls.length) return members.slice(0, 1);
    return urls.map((url) => members.find((member) => member.url === url));
  }

  /** Lets these finish their calls and closes them. */
  private dismiss(members: readonly Member[]): void {
    this.pool.members = this.pool.members.filter((member) => !members.includes(member));
    this.leaving = [...this.leaving, ...members];
    for (const member of members) {
      void member.drain().then(() => {
        this.leaving = this.leaving.filter((other) => other !== member);
      });
    }
    this.pool.changed();
  }

  private lessLoaded(ready: readonly RpcLink[]): RpcLink {
    const { random } = this.pool.runtime;
    const first = Math.floor(random() * ready.length);
    const step = 1 + Math.floor(random() * (ready.length - 1));
    const [one, other] = [ready[first], ready[(first + step) % ready.length]];
    return callsOn(other) < callsOn(one) ? other : one;
  }
}

function callsOn(link: RpcLink): number {
  return link.connection.streams.count;
}

function loadOf(link: RpcLink): number {
  return link.connection.streams.load;
}
