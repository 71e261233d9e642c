import { MillraceError } from "../error.js";
import { unavailable } from "../link/life.js";
import type { Runtime } from "../link/runtime.js";
import type { LinkState } from "../rpc/link.js";
import type { RpcLink } from "../rpc/rpc-link.js";
import type { Balance, Balanced } from "./balance.js";
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
export class Pool implements Owner, Balanced {
  /** Why the pool is closed, or closes. */
  ending: MillraceError | undefined;
  /** The connections that take calls. */
  ready: readonly RpcLink[] = [];
  /** The one that takes all calls, where there is never more than one. */
  private only: RpcLink | undefined;
  members = NO_MEMBERS;
  private readonly balance: Balance | undefined;
  /** Called when the pool is closed; made by the first who wants to know. */
  enders: Set<() => void> | undefined;
  /** Made for the first call that waits. */
  private waiters: Waiters | undefined;
  hasOpened = false;

  /** @param Balancer what chooses among several connections; a client that never has more than one needs none. */
  constructor(
    readonly urls: readonly string[],
    readonly runtime: Runtime,
    readonly options: CheckedOptions,
    private readonly front: Front,
    Balancer: typeof Balance | undefined,
  ) {
    this.balance = Balancer && new Balancer(this);
  }

  get state(): LinkState {
    return RANKS[Math.max(0, ...this.all.map(({ state }) => RANKS.indexOf(state)))];
  }

  /** In how many milliseconds the next attempt is made; `Infinity` while none is waited for. */
  get retryInMs(): number {
    return Math.max(0, Math.min(...this.members.map(({ retryAt }) => retryAt)) - this.runtime.clock.now());
  }

  start(): void {
    this.add(this.balance?.first ?? this.urls);
    const bad = this.members.find(({ reason }) => reason?.code === "invalid_argument");
    if (bad) this.giveUp(bad);
    this.changed();
  }

  retryNow(): void {
    for (const member of this.members) member.retryNow();
  }

  /** The connection for the next call. */
  pick(): RpcLink | undefined {
    return this.only ?? this.balance?.pick(this.ready);
  }

  /** Resolves with a connection when there is one; rejects when the pool is closed, and when `gone` ends the wait. */
  whenOpen(gone: AbortSignal): Promise<RpcLink> {
    const link = this.pick();
    if (link) return Promise.resolve(link);
    const most = this.options.maxWaitingCalls;
    if (this.ending || gone.aborted) return Promise.reject(this.absence());
    this.waiters ??= new Waiters();
    if (this.waiters.count >= most) {
      const detail = `${most} calls wait for a connection, which is maxWaitingCalls: ${this.absence().text}`;
      return Promise.reject(new MillraceError("resource_exhausted", detail));
    }
    return this.waiters.wait(gone, () => this.absence());
  }

  /** Why there is no connection. */
  absence(): MillraceError {
    const { state, ending, retryInMs } = this;
    if (ending) return unavailable(closedBy(ending), ending);
    const why = this.members.find(({ reason }) => reason)?.reason;
    const last = why ? `: ${why.text}` : "";
    const isNear = state === "connecting" || retryInMs === Infinity;
    if (isNear) return unavailable(`there is no connection yet${last}`, why);
    return unavailable(`there is no connection, the next attempt is in ${Math.ceil(retryInMs)} ms${last}`, why);
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
    this.balance?.sort();
    this.ready = this.ending ? [] : this.members.flatMap(({ open }) => open ?? []);
    this.only = this.options.maxLinks === 1 ? this.ready[0] : undefined;
    if (this.ready.length > 0) {
      this.hasOpened = true;
      this.waiters?.serve(() => this.pick()!);
    } else if (!this.ending && this.isHopeless) this.giveUp(this.members[0]);
    else if (!this.ending) this.balance?.addMissing();
    this.front.changed();
  }

  /** Whether no connection will come any more, or should have come already. */
  private get isHopeless(): boolean {
    const isPatient = this.hasOpened || this.options.waitForReady;
    return this.members.every(({ state, reason }) => state === "closed" || (!isPatient && reason));
  }

  private giveUp({ reason }: Member): void {
    this.end(reason!);
    for (const member of this.all) void member.close();
  }

  private get all(): readonly Member[] {
    return [...this.members, ...(this.balance?.leaving ?? NO_MEMBERS)];
  }

  add(urls: readonly string[]): void {
    const added = urls.map((url) => new Member(url, this));
    this.members = [...this.members, ...added];
    for (const member of added) member.connect();
    this.balance?.watch();
  }

  private end(reason: MillraceError): void {
    this.ending ??= reason;
    this.ready = [];
    this.only = undefined;
    this.balance?.stop();
    if (this.enders) for (const end of this.enders) end();
    this.waiters?.refuse(() => this.absence());
  }
}

function closedBy({ code, text }: MillraceError): string {
  return code === "unavailable" ? text : `the link is closed: [${code}] ${text}`;
}
