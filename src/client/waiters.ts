import type { MillraceError } from "../error.js";
import { onAbort } from "../rpc/on-abort.js";
import type { RpcLink } from "../rpc/rpc-link.js";

interface Waiter {
  readonly resolve: (link: RpcLink) => void;
  readonly reject: (error: MillraceError) => void;
}

/** The calls that wait for a connection, in the order they came. */
export class Waiters {
  private readonly all = new Set<Waiter>();

  get count(): number {
    return this.all.size;
  }

  /** Resolves with the connection that is found; rejects with what `why` says when `gone` aborts before. */
  wait(gone: AbortSignal, why: () => MillraceError): Promise<RpcLink> {
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      this.all.add(waiter);
      onAbort(gone, () => {
        if (this.all.delete(waiter)) reject(why());
      });
    });
  }

  /** Gives each of them what `find` finds. */
  serve(find: () => RpcLink): void {
    for (const { resolve } of this.drain()) resolve(find());
  }

  /** Rejects all of them. */
  refuse(why: () => MillraceError): void {
    for (const { reject } of this.drain()) reject(why());
  }

  private drain(): readonly Waiter[] {
    const waiters = [...this.all];
    this.all.clear();
    return waiters;
  }
}
