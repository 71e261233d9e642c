import type { Limits } from "../../src/link/limits.js";
import type { Runtime } from "../../src/link/runtime.js";
import type { Receiver, Transport } from "../../src/link/transport.js";
import type { ClientInterceptor } from "../../src/rpc/interceptor.js";
import { intercepting } from "../../src/rpc/intercepted-caller.js";
import { onAbort } from "../../src/rpc/on-abort.js";
import { RpcLink } from "../../src/rpc/rpc-link.js";
import { whenReady } from "./ready.js";

/** A client's link over one connection, once its handshake is done; it ends with that. */
export async function establish(
  open: (start: (transport: Transport) => Receiver) => void,
  runtime: Runtime,
  limits: Limits,
  interceptors: readonly ClientInterceptor[] = [],
): Promise<RpcLink> {
  let link: RpcLink | undefined;
  const intercept = intercepting(interceptors, runtime.clock, onAbort);
  open((transport) => (link = new RpcLink(true, transport, runtime, limits, undefined, intercept)).connection);
  await whenReady(link!);
  return link!;
}
