import { type Code, MillraceError } from "../error.js";
import type { Timer } from "../link/clock.js";
import { type Life, unavailable } from "../link/life.js";
import type { Runtime } from "../link/runtime.js";
import type { LinkState } from "../rpc/link.js";
import type { RpcLink } from "../rpc/rpc-link.js";
import { Backoff } from "./backoff.js";
import type { CheckedOptions } from "./options.js";

/** What a member needs of its pool. */
export interface Owner {
  readonly runtime: Runtime;
  readonly options: CheckedOptions;
  /** Whether there was a connection to any address. */
  readonly hasOpened: boolean;
  /** Starts to connect to `url`. Throws `invalid_argument` for a URL that is none. */
  open(url: string, moved: Moved): RpcLink;
  /** The member's state is another one, maybe. */
  changed(member: Member): void;
}

/** Told of a connection's changes. */
export type Moved = (link: RpcLink, reason?: MillraceError) => void;

/** What another attempt will not mend, when a server says it instead of its HELLO. */
const FINAL = new Set<Code>([
  "unauthenticated",
  "permission_denied",
  "invalid_argument",
  "failed_precondition",
  "unimplemented",
]);

/** How soon after an attempt has failed the next one may be asked for. */
const SOONEST_MS = 1_000;

const NO_LINKS: readonly RpcLink[] = [];

/**
 * The connections to one address, one after the other:
 *
 * ```
 *   connecting ── HELLO ──▶ open ── DRAIN ──▶ draining: the old one finishes its calls, the next is waited for
 *     ▲    │                 │                  │
 *     │    └──── fails ──────┴──────────────────┴──▶ waiting ── its time has come ──▶ connecting
 *     └ start                                           └── refused for good, close() ──▶ closed
 * ```
 */
export class Member {
  /** When the next attempt is made, of the clock; `Infinity` while none is waited for. */
  retryAt = Infinity;
  /** Before this moment, of the clock, none is made that is asked for; what its server asked for is not cut short. */
  private soonestAt = 0;
  /** Why there is no connection, once an attempt has failed since there was one. */
  reason: MillraceError | undefined = undefined;
  /** The connection that is being made, or takes calls. */
  private link: RpcLink | undefined = undefined;
  /** Those that take no more calls and finish what they have. */
  private retiring = NO_LINKS;
  private readonly backoff: Backoff;
  private timer: Timer | undefined = undefined;
  private openedAt: number | undefined = undefined;
  /** Whether no attempt is made any more. */
  private isOver = false;

  constructor(
    readonly url: string,
    private readonly owner: Owner,
  ) {
    this.backoff = new Backoff(owner.runtime.random, owner.options.maxBackoffMs);
  }

  get state(): LinkState {
    if (this.open) return "open";
    if (this.retiring.length > 0) return "draining";
    if (this.timer) return "waiting";
    return this.isOver && !this.link ? "closed" : "connecting";
  }

  /** The connection that takes calls. */
  get open(): RpcLink | undefined {
    return this.link?.state === "open" ? this.link : undefined;
  }

  /** The connections that there are, those that are being made or finish what they have included. */
  get links(): readonly RpcLink[] {
    return this.link ? [this.link, ...this.retiring] : this.retiring;
  }

  connect(): void {
    this.timer = undefined;
    this.retryAt = Infinity;
    this.owner.changed(this);
    if (this.isOver) return;
    try {
      this.link = this.owner.open(this.url, (link, reason) => this.moved(link, reason));
    } catch (error) {
      this.lost(MillraceError.from(error, "invalid_argument"));
      this.owner.changed(this);
    }
  }

  /** Cuts the wait for the next attempt short, and those after it. */
  retryNow(): void {
    if (!this.timer || this.soonestAt >= this.retryAt) return;
    this.timer.cancel();
    this.backoff.reset();
    this.connectIn(Math.max(0, this.soonestAt - this.owner.runtime.clock.now()));
  }

  /** Takes no more calls, lets those under way finish, and does not connect again. */
  async drain(): Promise<void> {
    this.stop();
    if (this.link && !this.open) void this.link.close();
    await Promise.all(this.links.map((link) => link.drain()));
  }

  async close(): Promise<void> {
    this.stop();
    await Promise.all(this.links.map((link) => link.close()));
  }

  private stop(): void {
    this.isOver = true;
    this.timer?.cancel();
    this.timer = undefined;
  }

  private moved(link: RpcLink, reason?: MillraceError): void {
    if (link.state === "open") this.opened();
    else if (link.state === "draining") this.retire(link);
    else if (this.retiring.includes(link)) this.retiring = this.retiring.filter((other) => other !== link);
    else this.lost(reason ?? unavailable("the connection is lost"), link.connection.life);
    this.owner.changed(this);
  }

  private opened(): void {
    this.openedAt = this.owner.runtime.clock.now();
    this.reason = undefined;
  }

  /** The connection takes no more calls; another one is made meanwhile. */
  private retire(link: RpcLink): void {
    if (link !== this.link) return;
    this.retiring = [...this.retiring, link];
    this.lost(unavailable(`${this.url} is draining`), link.connection.life);
  }

  /** @param life that of the connection; there is none to an address that is none. */
  private lost(reason: MillraceError, life?: Life): void {
    const { openedAt, owner } = this;
    const { options, runtime } = owner;
    const { clock } = runtime;
    this.link = this.openedAt = undefined;
    this.reason = reason;
    if (openedAt !== undefined) this.backoff.wasOpen(clock.now() - openedAt);
    const retryAfterMs = life?.retryAfterMs;
    const isRefused = (life?.isRefused ?? true) && FINAL.has(reason.code);
    const mayTry = options.reconnect || (options.waitForReady && !owner.hasOpened);
    this.isOver ||= isRefused || !mayTry;
    if (this.isOver) return;
    this.soonestAt = retryAfterMs ? Infinity : clock.now() + SOONEST_MS;
    this.connectIn(this.backoff.nextMs(retryAfterMs));
  }

  private connectIn(ms: number): void {
    const { clock } = this.owner.runtime;
    this.retryAt = clock.now() + ms;
    this.timer = clock.after(ms, () => this.connect());
  }
}
