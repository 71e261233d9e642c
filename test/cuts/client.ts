import type { Link } from "../../src/index.js";
import { connect, type ConnectOptions, createRuntime } from "../../src/node/index.js";
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

const LIMITS = { pingIntervalMs: 150, pingTimeoutMs: 600, handshakeTimeoutMs: 1_000 };

/** One link, and what is noticed of it. */
export class Client {
  private constructor(
    readonly link: Link,
    private readonly runtime: Runtime,
  ) {}

  static async connect(routes: readonly Route[], sides: readonly ServerSide[]): Promise<Client> {
    const urls = routes.map(({ protocol, way, server }) => sides[server].urls(way)[PROTOCOLS.indexOf(protocol)]);
    const runtime = createRuntime({ report: () => {} });
    const link = await connect(urls, { limits: LIMITS, runtime });
    return new Client(link, runtime);
  }

  /** Resolves when the link is open. */
  recovered(): Promise<void> {
    const { link } = this;
    if (link.state === "open") return Promise.resolve();
    return new Promise((resolve) => {
      const stop = link.onState((state) => {
        if (state !== "open") return;
        stop();
        resolve();
      });
    });
  }

  /** Closes the link; returns what is wrong then. */
  async close(): Promise<string[]> {
    await this.link.close();
    const { slabs } = this.runtime;
    return slabs.leased === 0 ? [] : [`a client that was closed is left with ${slabs.leased} slabs`];
  }
}
