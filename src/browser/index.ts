import { establish, type LinkOptions } from "../client/connect.js";
import type { Dial } from "../client/durable-link.js";
import type { ClientOptions } from "../client/options.js";
import { checkLimits } from "../link/limits.js";
import type { Link } from "../rpc/link.js";
import { defaultRuntime } from "./runtime.js";
import { openWebSocket, WebSocketTransport } from "./websocket.js";

export type { Limits } from "../link/limits.js";
export type { Runtime } from "../link/runtime.js";
export { createRuntime, type RuntimeOptions } from "./runtime.js";

/** How to connect. */
export interface ConnectOptions extends LinkOptions, ClientOptions {}

/**
 * Connects to `ws://host:port/path` or `wss://…`, from a page or a worker; resolves after the handshake. Rejects with
 * `unavailable` when nobody answers or the server does not allow the page's origin, and with the peer's reason when it refuses.
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Link> {
  const limits = checkLimits(options.limits);
  const runtime = options.runtime ?? defaultRuntime();
  const dial: Dial = (address, start) => {
    const transport = new WebSocketTransport(address, openWebSocket(address), runtime);
    transport.attach(start(transport));
  };
  return establish(url, dial, runtime, limits, options);
}
