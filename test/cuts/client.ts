import { Ledger, type LedgerClient } from "../../schemas/gen/ledger.js";
import type { Link } from "../../src/index.js";
import { connect, createRuntime, type Runtime } from "../../src/node/index.js";
import { comesTrue } from "../support/clock-at.js";
import { FAST_LIMITS, fastClock } from "./fast-clock.js";
import type { ServerSide } from "./server-side.js";

/** What a client connects to: the address of one server, or of several. */
interface Route {
  readonly protocol: "tcp" | "unix" | "ws";
  readonly way: "proxied" | "direct";
  readonly server: number;
}

const PROTOCOLS = ["tcp", "unix", "ws"] as const;

/** The clients of a run: one link over each protocol, and pools. */
export const ROUTES: readonly (readonly Route[])[] = [
  [{ protocol: "tcp", way: "direct", server: 0 }],
  [{ protocol: "tcp", way: "proxied", server: 1 }],
  [{ protocol: "unix", way: "proxied", server: 2 }],
  [{ protocol: "ws", way: "proxied", server: 0 }],
  [
    { protocol: "tcp", way: "proxied", server: 0 },
    { protocol: "tcp", way: "proxied", server: 1 },
  ],
  [
    { protocol: "tcp", way: "proxied", server: 0 },
    { protocol: "ws", way: "proxied", server: 1 },
    { protocol: "unix", way: "direct", server: 2 },
  ],
];

const LIMITS = { ...FAST_LIMITS, pingIntervalMs: 4_000, pingTimeoutMs: 12_000, handshakeTimeoutMs: 20_000 };

/** How long what should happen may take: the longest wait before an attempt, and some more. */
export const PATIENCE_MS = 300_000;

/** One link, and what is noticed of it. */
export class Client {
  /** Made once, for all connections. */
  readonly ledger: LedgerClient;

  private constructor(
    readonly link: Link,
    private readonly runtime: Runtime,
  ) {
    this.ledger = link.client(Ledger);
  }

  static async connect(routes: readonly Route[], sides: readonly ServerSide[]): Promise<Client> {
    const urls = routes.map(({ protocol, way, server }) => sides[server].urls(way)[PROTOCOLS.indexOf(protocol)]);
    const runtime = createRuntime({ clock: fastClock, report: () => {} });
    const link = await connect(urls, { limits: LIMITS, runtime });
    return new Client(link, runtime);
  }

  /** Whether its link came to be open again. */
  recovers(): Promise<boolean> {
    return comesTrue(fastClock, () => this.link.state === "open", PATIENCE_MS);
  }

  /** Closes the link; returns what is wrong then. */
  async close(): Promise<string[]> {
    await this.link.close();
    const { slabs } = this.runtime;
    const isEmpty = await comesTrue(fastClock, () => slabs.leased === 0, PATIENCE_MS);
    return isEmpty ? [] : [`a client that was closed is left with ${slabs.leased} slabs`];
  }
}
