import { MillraceError } from "../error.js";
import { unavailable } from "../link/life.js";
import type { Runtime } from "../link/runtime.js";
import type { LinkState } from "../rpc/link.js";
import type { RpcLink } from "../rpc/rpc-link.js";
import { Member, type Moved, type Owner } from "./member.js";
import type { CheckedOptions } from "./options.js";

/** The states of members from the worst to the best: the best one is the pool's. */
const RANKS: readonly LinkState[] = ["closed", "waiting", "connecting", "draining", "open"];

interface Waiter {
  readonly resolve: (link: RpcLink) => void;
  readonly reject: (error: MillraceError) => void;
}

/** What a pool needs of the link it is behind. */
export interface Front {
  open(url: string, moved: Moved): RpcLink;
  /** The state is another one, maybe. */
  changed(): void;
}

/** The connections of one client, and the calls that wait for one. */
export class Pool implements Owner {
  /** Why the pool is closed, or closes. */
  ending: MillraceError | undefined;
  /** The connections that take calls. */
  ready: readonly RpcLink[] = [];
  readonly reconnects: boolean;
  readonly open: Front["open"];
  private readonly members: Member[];
  private readonly waiters = new Set<Waiter>();
  private hasOpened = false;

  constructor(
    urls: readonly string[],
    readonly runtime: Runtime,
    private readonly options: CheckedOptions,
    private readonly front: Front,
  ) {
    this.reconnects = options.reconnect;
    this.open = (url, moved) => front.open(url, moved);
    this.members = urls.map((url) => new Member(url, this));
  }

  get state(): LinkState {
    return RANKS[Math.max(...this.members.map(({ state }) => RANKS.indexOf(state)))];
  }

  /** In how many milliseconds the next attempt is made. */
  get retryInMs(): number {
    const waiting = this.members.filter(({ state }) => state === "waiting");
    return Math.max(0, Math.min(...waiting.map(({ retryAt }) => retryAt)) - this.runtime.clock.now());
  }

  start(): void {
    for (const member of this.members) member.connect();
    const bad = this.members.find(({ reason }) => reason?.code === "invalid_argument");
    if (bad) this.giveUp(bad);
  }

  /** The connection for the next call: of two that chance picks, the one with fewer calls. */
  pick(): RpcLink | undefined {
    const { ready } = this;
    return ready.length > 1 ? this.lessLoaded(ready) : ready[0];
  }

  /** Resolves with a connection when there is one; rejects when the pool is closed, and when `gone` ends the wait. */
  whenOpen(gone: AbortSignal): Promise<RpcLink> {
    const link = this.pick();
    if (link) return Promise.resolve(link);
    const most = this.options.maxWaitingCalls;
    if (this.ending || gone.aborted) return Promise.reject(this.absence());
    if (this.waiters.size >= most) {
      const detail = `${most} calls wait for a connection already, which is maxWaitingCalls: ${this.absence().text}`;
      return Promise.reject(new MillraceError("resource_exhausted", detail));
    }
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      this.waiters.add(waiter);
      gone.addEventListener("abort", () => {
        if (this.waiters.delete(waiter)) reject(this.absence());
      });
    });
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

  /** Takes no more calls, lets those under way finish, then closes. */
  async drain(): Promise<void> {
    this.end(unavailable("the link takes no more calls, it was drained"));
    await Promise.all(this.members.map((member) => member.drain()));
    this.changed();
  }

  async close(): Promise<void> {
    this.end(unavailable("the link was closed"));
    await Promise.all(this.members.map((member) => member.close()));
    this.changed();
  }

  changed(): void {
    this.ready = this.ending ? [] : this.members.flatMap(({ open }) => open ?? []);
    if (this.ready.length > 0) this.opened();
    else if (!this.ending && this.isHopeless) this.giveUp(this.members[0]);
    this.front.changed();
  }

  private opened(): void {
    this.hasOpened = true;
    for (const { resolve } of this.drainWaiters()) resolve(this.pick()!);
  }

  /** Whether no connection will come any more, or should have come already. */
  private get isHopeless(): boolean {
    const isPatient = this.hasOpened || this.options.waitForReady;
    return this.members.every(({ state, hasFailed }) => state === "closed" || (!isPatient && hasFailed));
  }

  private giveUp({ reason }: Member): void {
    this.end(reason ?? unavailable("the link is closed"));
    for (const member of this.members) void member.close();
  }

  private end(reason: MillraceError): void {
    this.ending ??= reason;
    this.ready = [];
    for (const { reject } of this.drainWaiters()) reject(this.absence());
  }

  private drainWaiters(): Waiter[] {
    const waiters = [...this.waiters];
    this.waiters.clear();
    return waiters;
  }

  private lessLoaded(ready: readonly RpcLink[]): RpcLink {
    const first = Math.floor(this.runtime.random() * ready.length);
    const step = 1 + Math.floor(this.runtime.random() * (ready.length - 1));
    const [one, other] = [ready[first], ready[(first + step) % ready.length]];
    return other.connection.streams.count < one.connection.streams.count ? other : one;
  }
}

function closedBy({ code, text }: MillraceError): string {
  return code === "unavailable" ? text : `the link is closed: [${code}] ${text}`;
}
