import { DurableLink } from "../../src/client/durable-link.js";
import type { Link } from "../../src/index.js";
import type { RpcLink } from "../../src/rpc/rpc-link.js";

/** The one connection that a link has now. */
export function connectionOf(link: Link): RpcLink["connection"] {
  const [made] = link instanceof DurableLink ? link.links : [link as RpcLink];
  return made.connection;
}
