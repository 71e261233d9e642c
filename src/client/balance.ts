import type { MillraceError } from "../error.js";
import type { Timer } from "../link/clock.js";
import type { Runtime } from "../link/runtime.js";
import type { RpcLink } from "../rpc/rpc-link.js";
import type { Member } from "./member.js";
import type { CheckedOptions } from "./options.js";

/** What is told which of its connections to use, and how many to have. */
export interface Balanced {
  readonly urls: readonly string[];
  readonly runtime: Runtime;
  readonly options: CheckedOptions;
  readonly members: readonly Member[];
  /** Why no more are made. */
  readonly ending: MillraceError | undefined;
  /** Connects to these addresses, too. */
  add(urls: readonly string[]): void;
  /** Lets these finish their calls and closes them. */
  dismiss(members: readonly Member[]): void;
}

/**
 * Decides which connection takes the next call, and when there are to be more of them or fewer; for clients that may have
 * several.
 */
export class Balance {
  private idleTimer: Timer | undefined;

  constructor(private readonly pool: Balanced) {}

  /** What to connect to at first. */
  get first(): readonly string[] {
    const { urls, options } = this.pool;
    return Array.from({ length: Math.max(urls.length, options.minIdle) }, (_, i) => urls[i % urls.length]);
  }

  /** The connection for the next call: of two that chance picks, the one with fewer calls. */
  pick(ready: readonly RpcLink[]): RpcLink | undefined {
    const link = ready.length > 1 ? this.lessLoaded(ready) : ready[0];
    return link?.connection.streams.isCrowded ? this.pickFromCrowd(ready) : link;
  }

  /** Looks from now on whether there are connections that nobody needs. */
  watch(): void {
    const { members, options, runtime, ending } = this.pool;
    if (members.length <= options.minIdle || ending) return;
    this.idleTimer ??= runtime.clock.after(options.idleTimeoutMs, () => this.closeIdle());
  }

  stop(): void {
    this.idleTimer?.cancel();
  }

  /** The connection with the fewest calls; makes another one where there may be more, one at a time. */
  private pickFromCrowd(ready: readonly RpcLink[]): RpcLink {
    if (this.pool.members.length < this.pool.options.maxLinks) this.grow();
    return ready.reduce((least, link) => (callsOn(link) < callsOn(least) ? link : least));
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
    if (leaving.length > 0) this.pool.dismiss(leaving);
    this.watch();
  }

  /** Idle members above `minIdle`, the newest first; none that is open for one that is not. */
  private needless(): readonly Member[] {
    const { members, options } = this.pool;
    const idle = members.filter((member) => member.wasIdle());
    const spare = members.filter(({ open }) => open).length - options.minIdle;
    if (spare < 0) return [];
    const open = idle.filter((member) => member.open);
    return [...idle.filter((member) => !member.open), ...open.slice(Math.max(0, open.length - spare))];
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
