import { Slab } from "../bytes/slab.js";
import { establish } from "../client/connect.js";
import { MillraceError } from "../error.js";
import { checkLimits, type Limits } from "../link/limits.js";
import { describe } from "../link/report.js";
import { Quota } from "../link/quota.js";
import type { Runtime } from "../link/runtime.js";
import { UnfinishedFrames } from "../link/unfinished.js";
import type { ClientInterceptor, ServerInterceptor } from "../rpc/interceptor.js";
import type { Link } from "../rpc/link.js";
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
  readonly limits?: Partial<Limits>;
  /** Go around every handler, the first one outermost. */
  readonly interceptors?: readonly ServerInterceptor[];
}

export interface NetworkConnectOptions {
  readonly limits?: Partial<Limits>;
  /** Go around every call made over the link, the first one outermost. */
  readonly interceptors?: readonly ClientInterceptor[];
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
  readonly wire: Wire;
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

  constructor({ seed = 1, isDebugging = false, maxLeasedBytes, maxWaitingEventBytes = 2 ** 27 }: NetworkOptions = {}) {
    this.random = new Random(seed);
    const slabs = new PoisoningPool(maxLeasedBytes);
    this.runtime = {
      clock: this.clock,
      slabs,
      unfinished: new UnfinishedFrames(this.clock, slabs),
      readSlab: new Slab(READ_SLAB_BYTES),
      waitingEvents: new Quota(maxWaitingEventBytes),
      random: () => this.random.next(),
      isDebugging,
      schedule: (flush) => void this.clock.after(0, flush),
      report: (error, doing) => void this.reports.push(`${doing}: ${describe(error).split("\n")[0]}`),
    };
  }

  /** A server that links of this network can be made to. Throws `invalid_argument` for a limit out of range. */
  listen({ limits, interceptors }: NetworkListenOptions = {}): Server {
    return new Server(this.runtime, checkLimits(limits), interceptors);
  }

  /** Makes a link and lets time pass until its handshake is done. Rejects as `connect` of `millrace/node` does. */
  connect(server: Server, options?: NetworkConnectOptions): Promise<Link> {
    return this.until(this.dial(server, options).link);
  }

  /** Makes a link, and gives its wire to cut and to stall, without letting time pass. */
  dial(server: Server, options: NetworkConnectOptions = {}): Dialled {
    const { faults, faultsToClient = faults, reading = "window", interceptors } = options;
    const limits = checkLimits(options.limits);
    const both = [checkFaults(faults), checkFaults(faultsToClient)] as const;
    let wire: Wire | undefined;
    const open = (start: Start): void => void (wire = new Wire(this, both, reading, start, server.accept));
    const link = establish(open, this.runtime, limits, interceptors);
    return { link, wire: wire! };
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
