import type { Codec } from "../codec/codec.js";
import type { MillraceError } from "../error.js";
import type { Limits } from "../link/limits.js";
import type { Runtime } from "../link/runtime.js";
import type { Receiver, Transport } from "../link/transport.js";
import type { Peer } from "../rpc/call.js";
import { GatedCaller } from "../rpc/gated-caller.js";
import type { Link, LinkState, LinkStats, MessageHandler, StateListener } from "../rpc/link.js";
import { MethodRouter } from "../rpc/router.js";
import { RpcLink } from "../rpc/rpc-link.js";
import type { Verdict } from "../rpc/schema-compare.js";
import type { Caller, Service } from "../rpc/service.js";
import { StateListeners } from "../rpc/state-listeners.js";
import type { Balance } from "./balance.js";
import { Calls } from "./calls.js";
import type { Moved } from "./member.js";
import type { CheckedOptions } from "./options.js";
import { type Front, Pool } from "./pool.js";
import { RetryBudget } from "./retry.js";

/**
 * Opens a transport to `url`; it calls `start` once, before any byte comes in. Throws `invalid_argument` for a URL that is none.
 */
export type Dial = (url: string, start: (transport: Transport) => Receiver) => void;

/** Parts of a client that not all of them need, and that a page loads only then. */
export interface Extras {
  /** Puts the interceptors before a caller; see `intercepting`. */
  readonly intercept?: ((caller: Caller) => Caller) | undefined;
  /** Chooses among connections; needed where there may be more than one. */
  readonly balance?: typeof Balance | undefined;
}

const NOTHING_YET: LinkStats = { bytesIn: 0, bytesOut: 0, bytesCopied: 0, framesIn: 0, framesOut: 0 };

/**
 * What `connect` returns: a link that outlives its connections. Stubs, handlers and listeners stay; a call runs on the
 * connection that there is when it is made.
 *
 * ```
 *   connecting ──▶ open ──▶ draining     the server takes no more calls here: those under way finish, while
 *       ▲           │          │         the next connection is waited for
 *       │           ▼          ▼
 *       └──────── waiting ◀────┘         no connection; the next attempt is made in `retryInMs`
 *
 *   from each of them ──▶ closed         for good: by close() or drain(), by a server that refuses this client
 *                                        for a reason that another attempt does not mend, or without `reconnect`
 * ```
 *
 * With several addresses the state is that of the best one: open, draining, connecting, waiting, closed.
 */
export class DurableLink implements Link, Front {
  state: LinkState = "connecting";
  private readonly pool: Pool;
  private readonly budget = new RetryBudget();
  private readonly router = new MethodRouter();
  private readonly listeners: StateListeners;
  /** What went over connections that are closed. */
  private past = NOTHING_YET;
  private lastPeer: Peer;

  /** @param extras what this client needs of what not all of them do. */
  constructor(
    urls: readonly string[],
    private readonly dial: Dial,
    readonly runtime: Runtime,
    private readonly limits: Limits,
    private readonly options: CheckedOptions,
    private readonly extras: Extras,
  ) {
    this.lastPeer = { address: urls[0] };
    this.listeners = new StateListeners(runtime);
    this.pool = new Pool(urls, runtime, options, this, extras.balance);
  }

  /** The connections that there are now, those that are being made included. */
  get links(): readonly RpcLink[] {
    return this.pool.links;
  }

  get peer(): Peer {
    return this.pool.ready[0]?.peer ?? this.lastPeer;
  }

  get closed(): Promise<MillraceError> {
    return this.listeners.closed;
  }

  get stats(): LinkStats {
    return this.links.reduce((sum, link) => added(sum, link.stats), this.past);
  }

  /** Starts to connect. */
  start(): void {
    this.pool.start();
  }

  client<Client>(service: Service<Client, never>): Client {
    const { options, runtime } = this;
    const caller = new GatedCaller(new Calls(this.pool, this.budget, service, options.waitForReady), runtime.clock);
    const outer = this.extras.intercept?.(caller) ?? caller;
    const topic = options.reconnect ? service.methods.find(({ subscribing }) => subscribing !== undefined) : undefined;
    return service.client(topic?.subscribing?.resuming(outer, this) ?? outer);
  }

  async verdict(service: Service<unknown, never>): Promise<Verdict> {
    return this.current().verdict(service);
  }

  serve<Handlers>(service: Service<unknown, Handlers>, handlers: Handlers): void {
    this.router.serve(service, handlers);
  }

  on<T>(type: Codec<T>, handler: MessageHandler<T>): void {
    this.router.on(type, handler);
  }

  send<T>(type: Codec<T>, message: Partial<T>): boolean {
    return this.current().send(type, message);
  }

  async drained(): Promise<void> {
    await this.pool.ready[0]?.drained();
  }

  onState(listener: StateListener): () => void {
    return this.listeners.add(listener);
  }

  retryNow(): void {
    this.pool.retryNow();
  }

  async drain(): Promise<void> {
    await this.pool.drain();
    await this.closed;
  }

  async close(): Promise<void> {
    await this.pool.close();
    await this.closed;
  }

  open(url: string, moved: Moved): RpcLink {
    let made: RpcLink | undefined;
    const start = (transport: Transport): Receiver => {
      made = new RpcLink(true, transport, this.runtime, this.limits, this.router, undefined, this);
      return made.connection;
    };
    try {
      this.dial(url, start);
    } catch (error) {
      made?.connection.closed();
      throw error;
    }
    const link = made!;
    link.onState((state, reason) => {
      if (state === "open") this.lastPeer = link.peer;
      if (state === "closed") this.past = added(this.past, link.stats);
      moved(link, reason);
    });
    return link;
  }

  changed(): void {
    const { state, ending, retryInMs } = this.pool;
    if (state === this.state) return;
    this.state = state;
    const reason = state === "closed" ? ending : state === "waiting" ? this.pool.absence() : undefined;
    this.listeners.tell(state, reason, state === "waiting" ? retryInMs : undefined);
  }

  /** The connection that messages go over. Throws `unavailable` when there is none. */
  private current(): RpcLink {
    const [link] = this.pool.ready;
    if (!link) throw this.pool.absence();
    return link;
  }
}

function added(one: LinkStats, other: LinkStats): LinkStats {
  const sum = { ...one };
  for (const name of Object.keys(sum) as (keyof LinkStats)[]) sum[name] += other[name];
  return sum;
}
