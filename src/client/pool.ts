import { MillraceError } from "../error.js";
import type { Timer } from "../link/clock.js";
import { unavailable } from "../link/life.js";
import type { Runtime } from "../link/runtime.js";
import type { LinkState } from "../rpc/link.js";
import type { RpcLink } from "../rpc/rpc-link.js";
import { Member, type Moved, type Owner } from "./member.js";
import type { CheckedOptions } from "./options.js";
import { Waiters } from "./waiters.js";

/** The states of members from the worst to the best: the best one is the pool's. */
const RANKS: readonly LinkState[] = ["closed", "waiting", "connecting", "draining", "open"];

const NO_MEMBERS: readonly Member[] = [];

/** What a pool needs of the link it is behind. */
export interface Front {
  open(url: string, moved: Moved): RpcLink;
  /** The state is another one, maybe. */
  changed(): void;
}

/**
 * The connections of one client, and the calls that wait for one. There is one for each address, as long as it can be had,
 * and more where calls come near to what a server allows; what nobody needs is closed again.
 */
export class Pool implements Owner {
  /** Why the pool is closed, or closes. */
  ending: MillraceError | undefined;
  /** The connections that take calls. */
  ready: readonly RpcLink[] = [];
  /** The one that takes all calls, where there is never more than one. */
  private only: RpcLink | undefined;
  private members = NO_MEMBERS;
  /** Those that nobody needed any more, until they are closed. */
  private leaving = NO_MEMBERS;
  private idleTimer: Timer | undefined;
  /** Made for the first call that waits. */
  private waiters: Waiters | undefined;
  private hasOpened = false;

  constructor(
    private readonly urls: readonly string[],
    readonly runtime: Runtime,
    readonly options: CheckedOptions,
    private readonly front: Front,
  ) {}

  get state(): LinkState {
    return RANKS[Math.max(0, ...this.all.map(({ state }) => RANKS.indexOf(state)))];
  }

  /** In how many milliseconds the next attempt is made. */
  get retryInMs(): number {
    const waiting = this.members.filter(({ state }) => state === "waiting");
    return Math.max(0, Math.min(...waiting.map(({ retryAt }) => retryAt)) - this.runtime.clock.now());
  }

  start(): void {
    const count = Math.max(this.urls.length, this.options.minIdle);
    const { urls } = this;
    this.add(Array.from({ length: count }, (_, i) => urls[i % urls.length]));
    const bad = this.members.find(({ reason }) => reason?.code === "invalid_argument");
    if (bad) this.giveUp(bad);
  }

  retryNow(): void {
    for (const member of this.members) member.retryNow();
  }

  /** The connection for the next call: of two that chance picks, the one with fewer calls. */
  pick(): RpcLink | undefined {
    return this.only ?? this.choose();
  }

  private choose(): RpcLink | undefined {
    const { ready } = this;
    const link = ready.length > 1 ? this.lessLoaded(ready) : ready[0];
    return link?.connection.streams.isCrowded ? this.pickFromCrowd(ready) : link;
  }

  /** Resolves with a connection when there is one; rejects when the pool is closed, and when `gone` ends the wait. */
  whenOpen(gone: AbortSignal): Promise<RpcLink> {
    const link = this.pick();
    if (link) return Promise.resolve(link);
    const most = this.options.maxWaitingCalls;
    if (this.ending || gone.aborted) return Promise.reject(this.absence());
    this.waiters ??= new Waiters();
    if (this.waiters.count >= most) {
      const detail = `${most} calls wait for a connection already, which is maxWaitingCalls: ${this.absence().text}`;
      return Promise.reject(new MillraceError("resource_exhausted", detail));
    }
    return this.waiters.wait(gone, () => this.absence());
  }

  /** Why there is no connection. */
  absence(): MillraceError {
    const { state, ending } = this;
    if (ending) return unavailable(closedBy(ending), ending);
    const why = this.members.find(({ reason }) => reason)?.reason;
    const last = why ? `: ${why.text}` : "";
    if (state !== "waiting") return unavailable(`there is no connection yet${last}`, why);
    return unavailable(`there is no connection, the next attempt is in ${Math.ceil(this.retryInMs)} ms${last}`, why);
  }

  /** The connections that there are. */
  get links(): readonly RpcLink[] {
    return this.all.flatMap(({ links }) => links);
  }

  open(url: string, moved: Moved): RpcLink {
    return this.front.open(url, moved);
  }

  /** Takes no more calls, lets those under way finish, then closes. */
  async drain(): Promise<void> {
    this.end(unavailable("the link takes no more calls, it was drained"));
    await Promise.all(this.all.map((member) => member.drain()));
    this.changed();
  }

  async close(): Promise<void> {
    this.end(unavailable("the link was closed"));
    await Promise.all(this.all.map((member) => member.close()));
    this.changed();
  }

  changed(): void {
    this.ready = this.ending ? [] : this.members.flatMap(({ open }) => open ?? []);
    this.only = this.options.maxLinks === 1 ? this.ready[0] : undefined;
    if (this.ready.length > 0) this.opened();
    else if (!this.ending && this.isHopeless) this.giveUp(this.members[0]);
    else if (!this.ending) this.addMissing();
    this.front.changed();
  }

  private opened(): void {
    this.hasOpened = true;
    this.waiters?.serve(() => this.pick()!);
  }

  /** Whether no connection will come any more, or should have come already. */
  private get isHopeless(): boolean {
    const isPatient = this.hasOpened || this.options.waitForReady;
    return this.members.every(({ state, reason }) => state === "closed" || (!isPatient && reason));
  }

  private giveUp({ reason }: Member): void {
    this.end(reason ?? unavailable("the link is closed"));
    for (const member of this.all) void member.close();
  }

  private get all(): readonly Member[] {
    return [...this.members, ...this.leaving];
  }

  private add(urls: readonly string[]): void {
    const added = urls.map((url) => new Member(url, this));
    this.members = [...this.members, ...added];
    for (const member of added) member.connect();
    this.watchIdle();
  }

  /** Tries all addresses again where there is no connection, also those whose connection nobody needed. */
  private addMissing(): void {
    const missing = this.urls.filter((url) => !this.members.some((member) => member.url === url));
    if (missing.length > 0) this.add(missing);
  }

  /** The connection with the fewest calls; makes another one where there may be more, one at a time. */
  private pickFromCrowd(ready: readonly RpcLink[]): RpcLink {
    if (this.members.length < this.options.maxLinks) this.grow();
    return ready.reduce((least, link) => (callsOn(link) < callsOn(least) ? link : least));
  }

  private grow(): void {
    const { members, urls } = this;
    if (members.some(({ state }) => state === "connecting")) return;
    const countAt = (url: string): number => members.filter((member) => member.url === url).length;
    this.add([urls.reduce((least, url) => (countAt(url) < countAt(least) ? url : least))]);
  }

  private watchIdle(): void {
    if (this.members.length <= this.options.minIdle || this.ending) return;
    this.idleTimer ??= this.runtime.clock.after(this.options.idleTimeoutMs, () => this.closeIdle());
  }

  /** Closes what had no calls since the last look, the newest first. */
  private closeIdle(): void {
    this.idleTimer = undefined;
    const leaving = this.needless();
    this.members = this.members.filter((member) => !leaving.includes(member));
    this.leaving = [...this.leaving, ...leaving];
    for (const member of leaving) {
      void member.drain().then(() => {
        this.leaving = this.leaving.filter((other) => other !== member);
      });
    }
    if (leaving.length > 0) this.changed();
    this.watchIdle();
  }

  /** Idle members above `minIdle`, the newest first; none that is open for one that is not. */
  private needless(): readonly Member[] {
    const idle = this.members.filter((member) => member.wasIdle());
    const spare = this.members.filter(({ open }) => open).length - this.options.minIdle;
    if (spare < 0) return [];
    const open = idle.filter((member) => member.open);
    return [...idle.filter((member) => !member.open), ...open.slice(Math.max(0, open.length - spare))];
  }

  private end(reason: MillraceError): void {
    this.ending ??= reason;
    this.ready = [];
    this.only = undefined;
    this.idleTimer?.cancel();
    this.waiters?.refuse(() => this.absence());
  }

  private lessLoaded(ready: readonly RpcLink[]): RpcLink {
    const first = Math.floor(this.runtime.random() * ready.length);
    const step = 1 + Math.floor(this.runtime.random() * (ready.length - 1));
    const [one, other] = [ready[first], ready[(first + step) % ready.length]];
    return callsOn(other) < callsOn(one) ? other : one;
  }
}

function callsOn(link: RpcLink): number {
  return link.connection.streams.count;
}

function closedBy({ code, text }: MillraceError): string {
  return code === "unavailable" ? text : `the link is closed: [${code}] ${text}`;
}
