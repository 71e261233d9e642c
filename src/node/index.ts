import { establish } from "../client/connect.js";
import { MillraceError } from "../error.js";
import { checkLimits, type Limits } from "../link/limits.js";
import type { Runtime } from "../link/runtime.js";
import type { Receiver, Transport } from "../link/transport.js";
import type { ClientInterceptor, ServerInterceptor } from "../rpc/interceptor.js";
import type { Link } from "../rpc/link.js";
import { Server } from "../server/server.js";
import { parseAddress } from "./address.js";
import { defaultRuntime } from "./runtime.js";
import { connectTcp, listenTcp, type Reading } from "./tcp.js";
import { connectWebSocket, listenWebSocket } from "./websocket.js";

export { createRuntime } from "./runtime.js";
export type { Limits } from "../link/limits.js";
export type { Runtime } from "../link/runtime.js";
export type { Listener, Server } from "../server/server.js";

/** What `listen` and `connect` share. */
export interface CommonOptions {
  /** Bounds of each link; what is left out has its default. */
  readonly limits?: Partial<Limits>;
  /** What links share with others of the process; the default is one for all. */
  readonly runtime?: Runtime;
  /** `onread` reads into memory of the link's own and is the default; `data` takes the chunks Node allocates. */
  readonly reading?: Reading;
}

/** Where to listen, `host:port` each; port 0 takes a free one, which `server.urls` then names. */
export interface ListenOptions extends CommonOptions {
  /** Go around every handler, the first one outermost. */
  readonly interceptors?: readonly ServerInterceptor[];
  readonly tcp?: string;
  readonly ws?: string;
  /** The pages that may open WebSockets, such as `https://example.com`; requests that name another page get 403. */
  readonly origins?: readonly string[];
}

/** What `connect` may be told. */
export interface ConnectOptions extends CommonOptions {
  /** Go around every call made over the link, the first one outermost. */
  readonly interceptors?: readonly ClientInterceptor[];
}

const LATER = ["tls", "wss", "unix"];

/**
 * Starts a server on every address given.
 * Rejects with `invalid_argument` for an address that is none, with `unavailable` for one that cannot be had.
 */
export async function listen(options: ListenOptions): Promise<Server> {
  const limits = checkLimits(options.limits);
  const later = LATER.find((protocol) => protocol in options);
  if (later) throw notBuilt(later);
  if (!options.tcp && !options.ws)
    throw new MillraceError("invalid_argument", "listen() needs an address: give tcp or ws");
  const server = new Server(options.runtime ?? defaultRuntime(), limits, options.interceptors);
  try {
    if (options.tcp) server.add(await listenTcp(parseAddress(options.tcp), server.accept, options.reading));
    if (options.ws)
      server.add(await listenWebSocket(parseAddress(options.ws), limits, options.origins ?? [], server.accept));
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

/**
 * Connects to `tcp://host:port` or `ws://host:port/path`; resolves after the handshake.
 * Rejects with `unavailable` when nobody answers and with the peer's reason when it refuses.
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Link> {
  const limits = checkLimits(options.limits);
  const [protocol = "", address = ""] = url.split("://", 2);
  const open = (start: (transport: Transport) => Receiver): void => {
    if (protocol === "tcp") return connectTcp(parseAddress(address), start, options.reading);
    if (protocol === "ws") return connectWebSocket(url, limits, start);
    if (LATER.includes(protocol)) throw notBuilt(protocol);
    throw new MillraceError("invalid_argument", `"${url}" is no address: write tcp://host:port or ws://host:port`);
  };
  return establish(open, options.runtime ?? defaultRuntime(), limits, options.interceptors);
}

function notBuilt(protocol: string): MillraceError {
  return new MillraceError("unimplemented", `${protocol} is not built yet: use tcp or ws`);
}
