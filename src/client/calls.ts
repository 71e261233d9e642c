import type { CallOptions } from "../rpc/call.js";
import { type Gate, within } from "../rpc/gated-caller.js";
import { LinkCaller } from "../rpc/link-caller.js";
import { onAbort } from "../rpc/on-abort.js";
import type { FailedCall, FindCaller, Retry } from "../rpc/retry.js";
import type { RpcLink } from "../rpc/rpc-link.js";
import type { Caller, Service } from "../rpc/service.js";
import type { Pool } from "./pool.js";
import { MAX_ATTEMPTS, type RetryBudget, retryDelayMs } from "./retry.js";

/** How long a call that is made once more waits for a connection, unless it is one that waits until its deadline. */
const PATIENCE_MS = 30_000;

/** Finds the connection for each call of one service, and for those that are made once more. */
export class Calls implements Gate {
  /** By whom the last call was made, which most often makes the next one, too. */
  private link: RpcLink | undefined;
  private caller: Caller | undefined;
  private readonly callers = new WeakMap<RpcLink, Caller>();
  private readonly first: Retry;

  constructor(
    readonly pool: Pool,
    readonly budget: RetryBudget,
    private readonly service: Pick<Service<unknown, never>, "name" | "schema">,
    readonly waitForReady: boolean,
  ) {
    this.first = new Attempt(this, 1);
  }

  now(): Caller | undefined {
    const link = this.pool.pick();
    if (!link) return undefined;
    return link === this.link ? this.caller : this.callerOver(link);
  }

  async later({ waitForReady = this.waitForReady }: CallOptions, gone: AbortSignal): Promise<Caller> {
    const link = await this.linkLater(waitForReady, gone);
    return this.callerOver(link)!;
  }

  /** Resolves with a connection whose peer has a schema that goes with this side's. */
  async linkLater(waits: boolean, gone: AbortSignal): Promise<RpcLink> {
    for (;;) {
      const link = waits ? await this.pool.whenOpen(gone) : this.pool.pick();
      if (!link) throw this.pool.absence();
      try {
        await link.verdicts.admit(this.service);
      } catch (error) {
        if (!waits || link.state === "open") throw error;
      }
      if (link.state === "open") return link;
      if (!waits) throw this.pool.absence();
    }
  }

  /** Who makes calls over `link`; `undefined` before its peer's schema was found to be one that goes. */
  private callerOver(link: RpcLink): Caller | undefined {
    if (!link.verdicts.admits(this.service)) return undefined;
    let caller = this.callers.get(link);
    if (!caller) this.callers.set(link, (caller = new LinkCaller(link.connection, this.first)));
    this.link = link;
    this.caller = caller;
    return caller;
  }
}

/** Decides which calls are made once more that were made for the `count`th time. */
class Attempt implements Retry {
  constructor(
    private readonly calls: Calls,
    private readonly count: number,
  ) {}

  /**
   * What its peer never ran is made again at once. What may have run is, with its connection gone, only where the method
   * is idempotent, nothing was answered and the budget allows.
   */
  again(call: FailedCall): FindCaller | undefined {
    const { pool, budget } = this.calls;
    const mayWait = pool.options.reconnect || pool.ready.length > 0;
    if (pool.ending || !mayWait || this.count >= MAX_ATTEMPTS) return undefined;
    const patienceMs = (call.options?.waitForReady ?? this.calls.waitForReady) ? Infinity : PATIENCE_MS;
    if (call.neverRan) return (gone) => this.find(gone, 0, patienceMs);
    const mayRunTwice = call.isLost && call.method.idempotent && !call.isAnswered;
    if (!mayRunTwice || !budget.take()) return undefined;
    return (gone) => this.find(gone, retryDelayMs(this.count, pool.runtime.random), patienceMs);
  }

  succeeded(): void {
    this.calls.budget.succeeded();
  }

  /** Finds who makes the call, after a wait. */
  private async find(gone: AbortSignal, waitMs: number, patienceMs: number): Promise<Caller> {
    const { calls, count } = this;
    const { pool } = calls;
    const { clock } = pool.runtime;
    const enders = (pool.enders ??= new Set());
    const ends = new AbortController();
    const end = (): void => ends.abort();
    onAbort(gone, end);
    enders.add(end);
    const timer = patienceMs === Infinity ? undefined : clock.after(patienceMs, end);
    try {
      if (waitMs > 0) await within(clock, waitMs, [ends.signal], new Promise(() => {}));
      const link = await calls.linkLater(true, ends.signal);
      return new LinkCaller(link.connection, new Attempt(calls, count + 1));
    } finally {
      timer?.cancel();
      enders.delete(end);
    }
  }
}
