import { join } from "node:path";
import { Proxy } from "./proxy.js";
import type { FaultName } from "./plan.js";
import { type Left, ServerProcess } from "./server-process.js";

/** What is done to a process with calls under way when it drains, and how long that may take. */
const DRAIN = { graceMs: 40_000, retryAfterMs: 1_000 };

/** A server in a process of its own, and a proxy before each of its addresses. */
export class ServerSide {
  readonly server: ServerProcess;
  /** What processes had left that ended by themselves. */
  readonly left: Left[] = [];
  private proxies: readonly Proxy[] = [];
  private readonly folder: string;
  private readonly index: number;

  constructor(index: number, folder: string, program: string, ledger: string) {
    this.index = index;
    this.folder = folder;
    const at = { tcp: "127.0.0.1:0", unix: join(folder, `server-${index}.sock`), ws: "127.0.0.1:0" };
    this.server = new ServerProcess(program, ledger, at);
  }

  async open(): Promise<void> {
    await this.server.start();
    const path = join(this.folder, `proxy-${this.index}.sock`);
    const open = (url: string): Promise<Proxy> => Proxy.open(url, url.startsWith("unix:") ? path : undefined);
    this.proxies = await Promise.all(this.server.urls.map(open));
  }

  /** Where clients connect who feel what happens to the network, and those who do not. */
  urls(way: "proxied" | "direct"): readonly string[] {
    return way === "direct" ? this.server.urls : this.proxies.map(({ url }) => url);
  }

  /** Connections to the proxies. */
  get connections(): number {
    return this.proxies.reduce((sum, proxy) => sum + proxy.connections, 0);
  }

  /** Lets a fault begin. */
  async strike(fault: FaultName): Promise<void> {
    const { server, proxies } = this;
    switch (fault) {
      case "kill":
        return server.kill();
      case "stop":
        return server.stop();
      case "drain":
        return server.isRunning ? void this.left.push(await server.end({ drain: DRAIN })) : undefined;
      case "refuse":
        return void (await Promise.all(proxies.map((proxy) => proxy.refuse())));
      case "reset":
        return proxies.forEach((proxy) => proxy.reset());
      case "swallow":
        return proxies.forEach((proxy) => proxy.swallow());
      case "slow":
        return proxies.forEach((proxy) => proxy.suffer({ delayMs: 20, bytesPerSecond: 1_000_000 }));
      default:
        return proxies.forEach((proxy) => proxy.suffer({ stopped: [fault] }));
    }
  }

  /** Makes all good again that a fault did. */
  async heal(): Promise<void> {
    const { server, proxies } = this;
    server.go();
    for (const proxy of proxies) proxy.heal();
    await Promise.all(proxies.map((proxy) => proxy.listen()));
    if (!server.isRunning) await server.start();
  }

  async close(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
    if (this.server.isRunning) this.left.push(await this.server.end("finish"));
  }
}
