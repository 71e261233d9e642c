import { Slab } from "../bytes/slab.js";
import { Balance } from "../client/balance.js";
import { establish } from "../client/connect.js";
import type { ClientOptions } from "../client/options.js";
import { MillraceError } from "../error.js";
import { InTurn } from "../link/in-turn.js";
import { checkLimits, type Limits } from "../link/limits.js";
import { describe } from "../link/report.js";
import { Quota } from "../link/quota.js";
import type { Runtime } from "../link/runtime.js";
import { pausing } from "../link/pausing.js";
import type { ServerInterceptor } from "../rpc/interceptor.js";
import { debugging } from "../rpc/debugging.js";
import { intercepting } from "../rpc/intercepted-caller.js";
import { onAbort } from "../rpc/on-abort.js";
import type { Link } from "../rpc/link.js";
// Loaded here and now: virtual time does not wait for files.
// oxlint-disable-next-line no-unassigned-import
import "../rpc/schema-judge.js";
import { Server } from "../server/server.js";
import { VirtualClock } from "./clock.js";
import { Digest } from "./digest.js";
import { checkFaults, type Faults } from "./faults.js";
import { PoisoningPool } from "./poison.js";
import { Random } from "./random.js";
import { turn } from "./turn.js";
import { type Reading, type Start, Wire } from "./wire.js";

/** So little that links soon read into slabs of their own, and frames are cut at its end. */
const READ_SLAB_BYTES = 16 * 1024;
/** How much virtual time `until` lets pass by default. */
const PATIENCE_MS = 600_000;

export interface NetworkOptions {
  /** Decides all that is left to chance; 1 by default. */
  readonly seed?: number;
  /** Whether each lent message gets memory of its own, which is taken away when its loan ends; see `MILLRACE_DEBUG`. */
  readonly isDebugging?: boolean;
  /** Bytes of memory from where on links wait before they read on; 512 MiB by default. */
  readonly maxLeasedBytes?: number;
  /** Bytes of events that may wait for the slow subscribers of all topics; 128 MiB by default. */
  readonly maxWaitingEventBytes?: number;
}

export interface NetworkListenOptions {
  /** Where: `memory://a`, for one that takes the place of another which was closed; by default one of its own. */
  readonly address?: string;
  readonly limits?: Partial<Limits>;
  /** Go around every handler, the first one outermost. */
  readonly interceptors?: readonly ServerInterceptor[];
}

export interface NetworkConnectOptions extends ClientOptions {
  readonly limits?: Partial<Limits>;
  /** What happens to the bytes, both ways; nothing by default. */
  readonly faults?: Partial<Faults>;
  /** What happens to the bytes to the client instead. */
  readonly faultsToClient?: Partial<Faults>;
  /** How both ends read: into memory that the link offers (`window`, the default), as TCP does, or as `chunks`, as TLS does. */
  readonly reading?: Reading;
}

/** A connection that is being made. */
export interface Dialled {
  /** The client's link after the handshake; let time pass for it (`Network.until`). Rejects as `connect` does. */
  readonly link: Promise<Link>;
  /** The wire of the first connection. */
  readonly wire: Wire;
  /** Those of all connections that the link has made so far, the newest last. */
  readonly wires: readonly Wire[];
}

/**
 * Servers and clients in one process and in memory, on virtual time, with faults that a seed decides: the same seed and
 * the same calls give the same bytes at the same moments, which `digest` proves.
 *
 * ```ts
 * const net = new Network({ seed: 7 });
 * const server = net.listen();
 * server.serve(Greeter, handlers);
 * const link = await net.connect(server, { faults: { delayMs: [5, 50], readBytes: [1, 100] } });
 * const { text } = await net.until(link.client(Greeter).greet({ name: "Ada" }));
 * ```
 */
export class Network {
  readonly clock = new VirtualClock();
  readonly random: Random;
  /** A hash of all bytes that were read so far and of when they were. */
  readonly digest = new Digest();
  /** What was reported: `the handler of chat.Chat/Send: …`, a line each. */
  readonly reports: string[] = [];
  /** What all links here share; its pool overwrites what comes back, so that bytes that are used too late are seen. */
  readonly runtime: Runtime;
  private readonly servers = new Map<string, Server>();
  private count = 0;

  constructor({ seed = 1, isDebugging = false, maxLeasedBytes, maxWaitingEventBytes = 2 ** 27 }: NetworkOptions = {}) {
    this.random = new Random(seed);
    const chance = new Random(~seed);
    const slabs = new PoisoningPool(maxLeasedBytes);
    this.runtime = {
      clock: this.clock,
      slabs,
      reading: pausing(this.clock, slabs, new Slab(READ_SLAB_BYTES)),
      turns: (supply) => new InTurn(supply),
      waitingEvents: new Quota(maxWaitingEventBytes),
      debug: isDebugging ? debugging : undefined,
      schedule: (flush) => void this.clock.after(0, flush),
      random: () => chance.next(),
      report: (error, doing) => void this.reports.push(`${doing}: ${describe(error).split("\n")[0]}`),
    };
  }

  /**
   * A server that links of this network can be made to, until it is closed. Throws `invalid_argument` for a limit out of
   * range, `unavailable` for an address where another one listens.
   */
  listen({ address, limits, interceptors }: NetworkListenOptions = {}): Server {
    const url = address ?? `memory://${++this.count}`;
    if (this.servers.has(url)) throw new MillraceError("unavailable", `${url} is in use: close the server there first`);
    const server = new Server(this.runtime, checkLimits(limits), interceptors);
    this.servers.set(url, server);
    server.add({ url, close: async () => void this.servers.delete(url) });
    return server;
  }

  /** Makes a link and lets time pass until its handshake is done. Rejects as `connect` of `millrace/node` does. */
  connect(to: Server | string | readonly string[], options?: NetworkConnectOptions): Promise<Link> {
    return this.until(this.dial(to, options).link);
  }

  /**
   * Makes a link to a server or to addresses, and gives its wire to cut and to stall, without letting time pass. The same
   * faults befall all its connections.
   */
  dial(to: Server | string | readonly string[], options: NetworkConnectOptions = {}): Dialled {
    const { faults, faultsToClient = faults, reading = "window" } = options;
    const limits = checkLimits(options.limits);
    const both = [checkFaults(faults), checkFaults(faultsToClient)] as const;
    const wires: Wire[] = [];
    const open = (url: string, start: Start): void => {
      wires.push(new Wire(this, both, reading, start, this.serverAt(url).accept));
    };
    const urls = to instanceof Server ? to.urls : to;
    const intercept = intercepting(options.interceptors, this.clock, onAbort);
    const link = establish(urls, open, this.runtime, limits, options, { intercept, balance: Balance });
    return { link, wire: wires[0], wires };
  }

  private serverAt(url: string): Server {
    const server = this.servers.get(url);
    if (server) return server;
    if (!url.startsWith("memory://")) {
      throw new MillraceError("invalid_argument", `"${url}" is not an address: write memory://name`);
    }
    throw new MillraceError("unavailable", `nothing listens on ${url}: is the server running?`);
  }

  /**
   * Lets `ms` milliseconds pass: runs what is due, one thing after the other, and after each what waits for it.
   * Two of these at once would make the order a matter of luck: await one before the next.
   */
  async advance(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    while (await this.step(end));
  }

  /** Runs the one thing that is due next, no later than at `end`, and what waits for it; `false` when there is none. */
  async step(end = Infinity): Promise<boolean> {
    await turn();
    return this.clock.step(end);
  }

  /**
   * Lets time pass until `work` settles, and settles like it. Rejects with `deadline_exceeded` when it does not within
   * `ms` milliseconds, or when there is nothing left that could settle it.
   */
  async until<T>(work: Promise<T>, ms = PATIENCE_MS): Promise<T> {
    let isSettled = false;
    const settled = (): void => void (isSettled = true);
    work.then(settled, settled);
    const end = this.clock.now() + ms;
    await turn();
    while (!isSettled && this.clock.step(end)) await turn();
    if (isSettled) return work;
    throw new MillraceError("deadline_exceeded", `what was waited for did not happen within ${ms} ms`);
  }
}
