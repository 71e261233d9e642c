import type { Link } from "../../src/rpc/link.js";
import { Network, type NetworkConnectOptions, type Server } from "../../src/testing/index.js";
import type { Wire } from "../../src/testing/wire.js";
import { Echo, type EchoClient, type EchoHandlers } from "../../schemas/gen/echo.js";
import { handlers } from "../support/echo.js";

/** A change of a link: `waiting` with the milliseconds until the next attempt, and the reason's code. */
export type Change = string;

/** Clients and servers of `Echo` on virtual time. */
export class ClientRig {
  readonly net: Network;

  constructor(seed = 1) {
    this.net = new Network({ seed });
  }

  /** A server of `Echo`; its handlers may be replaced. */
  serve(address = "memory://a", own: Partial<EchoHandlers> = {}): Server {
    const server = this.net.listen({ address });
    server.serve(Echo, { ...handlers, ...own });
    return server;
  }

  async connect(to: string | string[] = "memory://a", options: NetworkConnectOptions = {}): Promise<Connected> {
    const { link, wires } = this.net.dial(to, options);
    const made = await this.net.until(link);
    return { link: made, wires, echo: made.client(Echo), changes: changesOf(made) };
  }
}

export interface Connected {
  readonly link: Link;
  readonly wires: readonly Wire[];
  readonly echo: EchoClient;
  /** The changes of its state, as they come. */
  readonly changes: readonly Change[];
}

/** The changes of a link's state from now on. */
export function changesOf(link: Link): readonly Change[] {
  const changes: Change[] = [];
  link.onState((state, reason, retryInMs) => {
    changes.push([state, reason?.code, retryInMs].filter((part) => part !== undefined).join(" "));
  });
  return changes;
}
