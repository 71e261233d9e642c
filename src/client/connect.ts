import type { Limits } from "../link/limits.js";
import type { Runtime } from "../link/runtime.js";
import type { Receiver, Transport } from "../link/transport.js";
import type { ClientInterceptor } from "../rpc/interceptor.js";
import type { Link } from "../rpc/link.js";
import { RpcLink } from "../rpc/rpc-link.js";

/** What every way of making or accepting links takes. */
export interface LinkOptions {
  /** Bounds of each link; what is left out has its default. */
  readonly limits?: Partial<Limits>;
  /** What links share with others of the process; the default is one for all. */
  readonly runtime?: Runtime;
}

/** How to connect, over whatever transport. */
export interface ClientOptions extends LinkOptions {
  /** Go around every call made over the link, the first one outermost. */
  readonly interceptors?: readonly ClientInterceptor[];
}

/**
 * Makes a client's link.
 * @param open opens a transport; it calls the function it is given once, before any byte comes in.
 * @returns the link once the peer's HELLO was accepted; rejects with why it was not.
 */
export async function establish(
  open: (start: (transport: Transport) => Receiver) => void,
  runtime: Runtime,
  limits: Limits,
  interceptors: readonly ClientInterceptor[] = [],
): Promise<Link> {
  const link = await new Promise<RpcLink>((resolve, reject) => {
    const start = (transport: Transport): Receiver => {
      const made = new RpcLink(true, transport, runtime, limits, undefined, interceptors);
      resolve(made);
      return made.connection;
    };
    try {
      open(start);
    } catch (error) {
      reject(error);
    }
  });
  await link.ready;
  return link;
}
