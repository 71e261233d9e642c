import { once } from "node:events";
import net from "node:net";
import { dial } from "../faults/raw.js";
import { reset } from "../support/reset.js";
import { Way } from "./way.js";

/** Which bytes a half-open connection loses its way for. */
export type Direction = "toServer" | "toClient";

/** What a proxy does to all connections, those under way and those to come. */
export interface Weather {
  /** Directions that carry nothing; connections stay open, and what is sent arrives when they are carried again. */
  readonly stopped: readonly Direction[];
  /** How long each chunk is held back, each way. */
  readonly delayMs: number;
  readonly bytesPerSecond: number;
}

const FAIR: Weather = { stopped: [], delayMs: 0, bytesPerSecond: Infinity };

/** One connection through a proxy. */
class Pair {
  private far: net.Socket | undefined;
  private ways: { readonly [direction in Direction]: Way } | undefined;
  private isCut = false;

  /** @param gone told when nothing of the connection is left. */
  constructor(
    private readonly near: net.Socket,
    private readonly target: string,
    private readonly gone: () => void,
  ) {
    this.watch(near);
  }

  /** Changes what the proxy does; the server is dialled as soon as something may reach it. */
  suffer({ stopped, delayMs, bytesPerSecond }: Weather): void {
    if (this.isCut) return;
    if (!this.far && stopped.includes("toServer")) return;
    const ways = this.open();
    for (const [direction, way] of Object.entries(ways)) {
      way.delayMs = delayMs;
      way.bytesPerSecond = bytesPerSecond;
      if (stopped.includes(direction as Direction)) way.stop();
      else way.go();
    }
  }

  /** Breaks the connection: both ends see a reset (a Unix socket, which knows none, sees an end). */
  cut(): void {
    if (this.isCut) return;
    this.isCut = true;
    for (const way of Object.values(this.ways ?? {})) way.close();
    for (const socket of [this.near, this.far]) if (socket) reset(socket);
    this.gone();
  }

  private open(): { readonly [direction in Direction]: Way } {
    const { near } = this;
    const far = (this.far ??= this.watch(dial(this.target)));
    return (this.ways ??= { toServer: new Way(near, far), toClient: new Way(far, near) });
  }

  private watch(socket: net.Socket): net.Socket {
    socket.setNoDelay();
    socket.allowHalfOpen = true;
    socket.on("error", () => this.cut());
    socket.on("close", () => this.closed());
    return socket;
  }

  private closed(): void {
    if (this.near.destroyed && (this.far?.destroyed ?? true)) this.cut();
  }
}

/**
 * Stands between clients and a server, over TCP or a Unix socket, and does to their connections what networks do. It knows
 * nothing of what is said, so that it serves TLS and WebSocket as well.
 */
export class Proxy {
  /** Connections that were let in so far. */
  accepted = 0;
  private readonly pairs = new Set<Pair>();
  private readonly server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true }, (near) =>
    this.accept(near),
  );
  private weather = FAIR;
  private address: net.ListenOptions = {};

  /** @param target the URL of the server. */
  private constructor(readonly target: string) {}

  /**
   * A proxy before the server at `target`.
   * @param path where to listen if `target` is a Unix socket.
   */
  static async open(target: string, path?: string): Promise<Proxy> {
    const proxy = new Proxy(target);
    proxy.address = path === undefined ? { port: 0, host: "127.0.0.1" } : { path };
    await proxy.listen();
    if (path === undefined)
      proxy.address = { ...proxy.address, port: (proxy.server.address() as net.AddressInfo).port };
    return proxy;
  }

  /** Where clients connect instead. */
  get url(): string {
    const { path, port } = this.address;
    if (path !== undefined) return `unix://${path}`;
    return `${new URL(this.target).protocol}//127.0.0.1:${port}`;
  }

  /** Connections that are there now. */
  get connections(): number {
    return this.pairs.size;
  }

  /** Breaks all connections. */
  reset(): void {
    for (const pair of this.pairs) pair.cut();
  }

  /** From now on every connection suffers this, and nothing else. */
  suffer(weather: Partial<Weather>): void {
    this.weather = { ...FAIR, ...weather };
    for (const pair of this.pairs) pair.suffer(this.weather);
  }

  /** Accepts connections and carries nothing. */
  swallow(): void {
    this.suffer({ stopped: ["toServer", "toClient"] });
  }

  /** Carries everything at once again. */
  heal(): void {
    this.suffer({});
  }

  /** Breaks all connections and lets nobody in until `listen`. */
  async refuse(): Promise<void> {
    this.reset();
    await this.close();
  }

  /** Lets clients in, at the same address as before. Rejects when somebody else listens there by now. */
  async listen(): Promise<void> {
    if (this.server.listening) return;
    this.server.listen(this.address);
    await once(this.server, "listening");
  }

  /** Breaks all connections and leaves nothing behind. */
  async close(): Promise<void> {
    const isListening = this.server.listening;
    this.reset();
    if (!isListening) return;
    this.server.close();
    await once(this.server, "close");
  }

  private accept(near: net.Socket): void {
    this.accepted++;
    const pair = new Pair(near, this.target, () => this.pairs.delete(pair));
    this.pairs.add(pair);
    pair.suffer(this.weather);
  }
}
