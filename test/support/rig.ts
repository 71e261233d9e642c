import { CappedPool } from "../../src/bytes/capped-pool.js";
import { Slab } from "../../src/bytes/slab.js";
import { InTurn } from "../../src/link/in-turn.js";
import { checkLimits, type Limits } from "../../src/link/limits.js";
import { Quota } from "../../src/link/quota.js";
import { describe } from "../../src/link/report.js";
import type { Runtime } from "../../src/link/runtime.js";
import { pausing } from "../../src/link/pausing.js";
import type { Receiver, Transport } from "../../src/link/transport.js";
import type { ClientInterceptor, ServerInterceptor } from "../../src/rpc/interceptor.js";
import { intercepted } from "../../src/rpc/intercepted-router.js";
import { MethodRouter } from "../../src/rpc/router.js";
import { intercepting } from "../../src/rpc/intercepted-caller.js";
import { onAbort } from "../../src/rpc/on-abort.js";
import { RpcLink } from "../../src/rpc/rpc-link.js";
import { Server } from "../../src/server/server.js";
import { VirtualClock } from "../../src/testing/clock.js";
import { memoryPipe, type Pace } from "../../src/testing/memory.js";
import { frames, hello, join, type ReadFrame } from "./wire.js";

/** A runtime on virtual time that collects what is reported. */
export function virtualRuntime(
  maxLeasedBytes?: number,
): Runtime & { clock: VirtualClock; slabs: CappedPool; reports: string[] } {
  const reports: string[] = [];
  const clock = new VirtualClock();
  const slabs = new CappedPool(maxLeasedBytes);
  return {
    clock,
    slabs,
    reading: pausing(clock, slabs, new Slab(64 * 1024)),
    turns: (supply) => new InTurn(supply),
    waitingEvents: new Quota(2 ** 27),
    debug: undefined,
    schedule: queueMicrotask,
    random: () => 0.5,
    report: (error, doing) => void reports.push(`${doing}: ${describe(error).split("\n")[0]}`),
    reports,
  };
}

/** Lets everything that is ready run: promises, and pipes and flushes that go by microtasks. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A peer that says exactly what it is told to, and remembers what it hears. */
export class RawPeer implements Receiver {
  isClosed = false;
  transport!: Transport;
  private readonly heard: Uint8Array[] = [];

  /** The whole frames heard so far. */
  get frames(): ReadFrame[] {
    return frames(join(...this.heard));
  }

  /** Sends bytes and lets the other side act on them. */
  async say(...chunks: readonly Uint8Array[]): Promise<void> {
    this.transport.write(join(...chunks), () => {});
    await settle();
  }

  window(): Uint8Array {
    return new Uint8Array(0);
  }

  filled(): void {}

  receive(chunk: Uint8Array): void {
    this.heard.push(chunk.slice());
  }

  refuse(reason: Error): void {
    throw reason;
  }

  closed(): void {
    this.isClosed = true;
  }
}

/** A server on virtual time, and raw clients that join it. */
export class RawRig {
  readonly runtime: ReturnType<typeof virtualRuntime>;
  readonly server: Server;

  constructor(limits: Partial<Limits> = {}, maxLeasedBytes?: number) {
    this.runtime = virtualRuntime(maxLeasedBytes);
    this.server = new Server(this.runtime, checkLimits(limits));
  }

  /** A client that has said nothing yet. */
  join(): RawPeer {
    const peer = new RawPeer();
    const start = (transport: Transport): Receiver => {
      peer.transport = transport;
      return peer;
    };
    memoryPipe(start, this.server.accept);
    return peer;
  }

  /** A client whose handshake is done. */
  async greet(): Promise<RawPeer> {
    const peer = this.join();
    await peer.say(hello());
    return peer;
  }
}

/** Both ends of a link on virtual time; with a `pace`, the test says when each step of the pipe is taken. */
export class PairRig {
  readonly runtime: ReturnType<typeof virtualRuntime>;
  readonly client: RpcLink;
  readonly server: RpcLink;

  constructor(options: PairOptions = {}) {
    const { runtime = virtualRuntime() } = options;
    this.runtime = runtime;
    const limits = checkLimits(options.limits);
    const { client: made, server: answered } = options.interceptors ?? {};
    const intercept = intercepting(made, runtime.clock, onAbort);
    let client: RpcLink | undefined;
    let server: RpcLink | undefined;
    memoryPipe(
      (transport) => (client = new RpcLink(true, transport, runtime, limits, undefined, intercept)).connection,
      (transport) => {
        server = new RpcLink(
          false,
          transport,
          runtime,
          checkLimits(options.serverLimits),
          new MethodRouter((router) => intercepted(router, answered ?? [])),
        );
        return server.connection;
      },
      options.pace,
    );
    this.client = client!;
    this.server = server!;
  }

  /** What must be 0 when no call is under way: streams open at each end, slabs on lease, timers but the two of the pings. */
  get leftovers(): number[] {
    const { slabs, clock } = this.runtime;
    return [this.client.connection.streams.count, this.server.connection.streams.count, slabs.leased, clock.timers - 2];
  }
}

export interface PairOptions {
  readonly runtime?: ReturnType<typeof virtualRuntime>;
  readonly limits?: Partial<Limits>;
  readonly serverLimits?: Partial<Limits>;
  readonly interceptors?: {
    readonly client?: readonly ClientInterceptor[];
    readonly server?: readonly ServerInterceptor[];
  };
  readonly pace?: Pace;
}
