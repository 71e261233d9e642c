import type { LookupFunction } from "node:net";
import { useStrings } from "../bytes/text.js";
import { Balance } from "../client/balance.js";
import { establish } from "../client/connect.js";
import type { ClientOptions, LinkOptions } from "../client/options.js";
import { MillraceError } from "../error.js";
import { checkLimits, type Limits } from "../link/limits.js";
import type { ServerInterceptor } from "../rpc/interceptor.js";
import { intercepting } from "../rpc/intercepted-caller.js";
import type { Link } from "../rpc/link.js";
import { onAbort } from "../rpc/on-abort.js";
// Loaded here and now, where a browser waits until it needs it.
// oxlint-disable-next-line no-unassigned-import
import "../rpc/schema-judge.js";
import { type Listener, Server } from "../server/server.js";
import { parseAddress } from "./address.js";
import type { Door } from "./door.js";
import { defaultRuntime } from "./runtime.js";
import type { ClientSecurity, SecureAddress } from "./secure.js";
import type { Reading, Start } from "./socket.js";
import { spreading } from "./lookup.js";
import { nodeStrings } from "./strings.js";
import { connectTcp, listenTcp } from "./tcp.js";
import { connectTls, listenTls } from "./tls.js";
import { connectUnix, listenUnix } from "./unix.js";
import { connectWebSocket, listenSecureWebSocket, listenWebSocket } from "./websocket.js";

export { debugging } from "../rpc/debugging.js";
export { createRuntime, type RuntimeOptions } from "./runtime.js";
export type { ClientOptions } from "../client/options.js";
export type { Limits } from "../link/limits.js";
export type { Runtime } from "../link/runtime.js";
export type { Link, LinkState } from "../rpc/link.js";
export type { DrainOptions, LeaveOptions, Listener, Server } from "../server/server.js";
export type { ClientSecurity, Pem, SecureAddress } from "./secure.js";

if (nodeStrings) useStrings(nodeStrings);

/** What `listen` and `connect` share. */
export interface CommonOptions extends LinkOptions {
  /** `onread` reads into memory of the link's own and is the default; `data` takes the chunks Node allocates. */
  readonly reading?: Reading | undefined;
}

/** Where to listen: at one address or more. Port 0 takes a free one, which `server.urls` then names. */
export interface ListenOptions extends CommonOptions {
  /** `host:port` */
  readonly tcp?: string | undefined;
  /** The path of a Unix socket, which only this process's user may connect to. */
  readonly unix?: string | undefined;
  /** `host:port`, key and certificate. */
  readonly tls?: SecureAddress | undefined;
  /** `host:port` */
  readonly ws?: string | undefined;
  /** `host:port`, key and certificate. */
  readonly wss?: SecureAddress | undefined;
  /** The origins of pages that may open WebSockets, such as `https://example.com`; requests from other pages get 403. */
  readonly origins?: readonly string[] | undefined;
  /** Go around every handler, the first one outermost. */
  readonly interceptors?: readonly ServerInterceptor[] | undefined;
}

/** How to connect. */
export interface ConnectOptions extends CommonOptions, ClientOptions {
  /** Whom to trust and who to be, over `tls://` and `wss://`. */
  readonly tls?: ClientSecurity | undefined;
  /**
   * How the addresses of a name are found, anew for each connection; `dns.lookup` by default. Connections to a name that has
   * several go to one after the other.
   */
  readonly lookup?: LookupFunction | undefined;
}

/**
 * Starts a server on every address given; `server.urls` names them in the order tcp, unix, tls, ws, wss. Who connects
 * before all of them are listened on is refused with `unavailable`. Serve what there is to serve before you wait for
 * anything else: from then on clients are let in.
 * Rejects with `invalid_argument` for an address that is none or a key or certificate that cannot be used, with
 * `unavailable` for an address that cannot be had.
 */
export async function listen(options: ListenOptions): Promise<Server> {
  const limits = checkLimits(options.limits);
  const runtime = options.runtime ?? defaultRuntime();
  const server = new Server(runtime, limits, options.interceptors);
  let isStarting = true;
  const accept: Start = (transport) => {
    const receiver = server.accept(transport);
    // Nothing is served yet; who is let in would be told that what it calls is not implemented.
    if (isStarting) queueMicrotask(() => receiver.refuse(new MillraceError("unavailable", "the server is starting")));
    return receiver;
  };
  const door: Door = { accept, limits, clock: runtime.clock, reading: options.reading ?? "onread" };
  const openings = listeners(options, door);
  if (openings.length === 0) {
    throw new MillraceError("invalid_argument", "listen() needs an address: give tcp, unix, tls, ws or wss");
  }
  try {
    for (const open of openings) server.add(await open());
    isStarting = false;
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

function listeners({ tcp, unix, tls, ws, wss, origins = [] }: ListenOptions, door: Door): (() => Promise<Listener>)[] {
  const openings: (() => Promise<Listener>)[] = [];
  if (tcp !== undefined) openings.push(() => listenTcp(parseAddress(tcp), door));
  if (unix !== undefined) openings.push(() => listenUnix(unix, door));
  if (tls !== undefined) openings.push(() => listenTls(tls, door));
  if (ws !== undefined) openings.push(() => listenWebSocket(parseAddress(ws), origins, door));
  if (wss !== undefined) openings.push(() => listenSecureWebSocket(wss, origins, door));
  return openings;
}

/**
 * Connects to `tcp://host:port`, `tls://host:port`, `unix:///path`, `ws://host:port/path` or `wss://…`, or to several of
 * these; resolves after the handshake, of the first one that is done. From then on the link connects again by itself when its connection is lost,
 * which keeps the process alive, as a connection does, until the link is closed. Its states:
 *
 * ```
 *   connecting ──▶ open ──▶ draining     the server takes no more calls here: those under way finish, while
 *       ▲           │          │         the next connection is waited for
 *       │           ▼          ▼
 *       └──────── waiting ◀────┘         no connection; `onState` says in how many milliseconds the next attempt is made
 *
 *   from each of them ──▶ closed         for good: by close() or drain(), by a server that refuses this client
 *                                        for a reason that another attempt does not mend, or without `reconnect`
 * ```
 *
 * Rejects with `unavailable` when nobody answers, with `unauthenticated` when the server's certificate is not to be
 * trusted, and with the peer's reason when it refuses.
 */
export async function connect(url: string | readonly string[], options: ConnectOptions = {}): Promise<Link> {
  const limits = checkLimits(options.limits);
  const runtime = options.runtime ?? defaultRuntime();
  const lookup = spreading(Math.floor(runtime.random() * 2 ** 16), options.lookup);
  const open = (to: string, start: Start): void => dial(to, { ...options, lookup }, limits, start);
  const intercept = intercepting(options.interceptors, runtime.clock, onAbort);
  return establish(url, open, runtime, limits, options, { intercept, balance: Balance });
}

type DialOptions = ConnectOptions & { readonly lookup: LookupFunction };

function dial(url: string, { tls, reading = "onread", lookup }: DialOptions, limits: Limits, start: Start): void {
  const [, protocol = "", address = ""] = /^([a-z]+):\/\/(.*)$/s.exec(url) ?? [];
  if (tls && protocol !== "tls" && protocol !== "wss") {
    throw new MillraceError("invalid_argument", `"${url}" goes without TLS: write tls:// or wss://, or leave out tls`);
  }
  switch (protocol) {
    case "tcp":
      return connectTcp(parseAddress(address), lookup, start, reading);
    case "unix":
      return connectUnix(address, start, reading);
    case "tls":
      return connectTls(parseAddress(address), tls ?? {}, lookup, start, reading);
    case "ws":
      return connectWebSocket(url, limits, lookup, start);
    case "wss":
      return connectWebSocket(url, limits, lookup, start, tls ?? {});
    default:
      throw new MillraceError(
        "invalid_argument",
        `"${url}" is not an address: write tcp://host:port, tls://host:port, unix:///path, ws://host:port or wss://host:port`,
      );
  }
}
