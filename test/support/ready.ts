import type { Link } from "../../src/rpc/link.js";

/** Resolves when the handshake of a link is done; rejects when the link closes before. */
export function whenReady(link: Link): Promise<void> {
  return new Promise((resolve, reject) => {
    if (link.state === "open") return resolve();
    link.onState((state, reason) => (state === "closed" ? reject(reason!) : resolve()));
  });
}
