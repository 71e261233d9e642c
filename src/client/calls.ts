import type { CallOptions } from "../rpc/call.js";
import type { Gate } from "../rpc/gated-caller.js";
import { LinkCaller } from "../rpc/link-caller.js";
import type { RpcLink } from "../rpc/rpc-link.js";
import type { Caller, Service } from "../rpc/service.js";
import type { Pool } from "./pool.js";

/** Finds the connection for each call of one service. */
export class Calls implements Gate {
  /** By whom the last call was made, which most often makes the next one, too. */
  private link: RpcLink | undefined;
  private caller: Caller | undefined;
  private readonly callers = new WeakMap<RpcLink, Caller>();

  constructor(
    private readonly pool: Pool,
    private readonly service: Pick<Service<unknown, never>, "name" | "schema">,
    private readonly waitForReady: boolean,
  ) {}

  now(): Caller | undefined {
    const link = this.pool.pick();
    if (!link) return undefined;
    return link === this.link ? this.caller : this.callerOver(link);
  }

  async later({ waitForReady = this.waitForReady }: CallOptions, gone: AbortSignal): Promise<Caller> {
    for (;;) {
      const link = waitForReady ? await this.pool.whenOpen(gone) : this.pool.pick();
      if (!link) throw this.pool.absence();
      try {
        await link.verdicts.admit(this.service);
      } catch (error) {
        if (!waitForReady || link.state === "open") throw error;
      }
      const caller = link.state === "open" ? this.callerOver(link) : undefined;
      if (caller) return caller;
      if (!waitForReady) throw this.pool.absence();
    }
  }

  /** Who makes calls over `link`; `undefined` before its peer's schema was found to be one that goes. */
  private callerOver(link: RpcLink): Caller | undefined {
    if (!link.verdicts.admits(this.service)) return undefined;
    let caller = this.callers.get(link);
    if (!caller) this.callers.set(link, (caller = new LinkCaller(link.connection)));
    this.link = link;
    this.caller = caller;
    return caller;
  }
}
