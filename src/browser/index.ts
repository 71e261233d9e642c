import { establish } from "../client/connect.js";
import type { Extras } from "../client/durable-link.js";
import type { ClientOptions, LinkOptions } from "../client/options.js";
import { checkLimits } from "../link/limits.js";
import type { Runtime } from "../link/runtime.js";
import type { Link } from "../rpc/link.js";
import { loaded } from "../rpc/load.js";
import { onAbort } from "../rpc/on-abort.js";
import { defaultRuntime } from "./runtime.js";
import { retryOnWake } from "./wake.js";
import { openWebSocket, WebSocketTransport } from "./websocket.js";

export type { ClientOptions } from "../client/options.js";
export type { Limits } from "../link/limits.js";
export type { Runtime };
export type { Link, LinkState } from "../rpc/link.js";
export { debugging } from "../rpc/debugging.js";
export { createRuntime, type RuntimeOptions } from "./runtime.js";

/** How to connect. */
export interface ConnectOptions extends LinkOptions, ClientOptions {}

/**
 * Connects to `ws://host:port/path` or `wss://…`, or to several of these, from a page or a worker; resolves after the
 * handshake, of the first one that is done. From then on the link connects again by itself when its connection is lost, until
 * it is closed; its states are those of `connect` in `millrace/node`. A link that waits tries again at once when the browser is
 * online again, and when its page is looked at again.
 *
 * Rejects with `unavailable` when nobody answers or the server does not allow the page's origin, with `invalid_argument` for
 * a URL that is none or that the page may not open, and with the peer's reason when it refuses.
 */
export async function connect(url: string | readonly string[], options: ConnectOptions = {}): Promise<Link> {
  const limits = checkLimits(options.limits);
  const runtime = options.runtime ?? defaultRuntime();
  const link = await establish(
    url,
    (to, start) => {
      const transport = new WebSocketTransport(to, openWebSocket(to), runtime);
      transport.attach(start(transport));
    },
    runtime,
    limits,
    options,
    await extrasOf([url].flat().length, options, runtime),
  );
  retryOnWake(link);
  return link;
}

/** Loads what this client needs of what most do without. */
async function extrasOf(addresses: number, options: ConnectOptions, { clock }: Runtime): Promise<Extras> {
  const { interceptors = [], maxLinks = addresses } = options;
  const [interceptor, balance] = await Promise.all([
    interceptors.length > 0 ? loaded(import("../rpc/intercepted-caller.js")) : undefined,
    maxLinks > 1 ? loaded(import("../client/balance.js")) : undefined,
  ]);
  return { intercept: interceptor?.intercepting(interceptors, clock, onAbort), balance: balance?.Balance };
}
