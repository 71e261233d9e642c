import type { Link } from "../rpc/link.js";

/** Lets a link that waits try again when the browser is online again, and when its page is looked at again. */
export function retryOnWake(link: Link): void {
  const closed = new AbortController();
  addEventListener("online", () => link.retryNow(), closed);
  // Workers have no document.
  globalThis.document?.addEventListener("visibilitychange", () => document.hidden || link.retryNow(), closed);
  void link.closed.then(() => closed.abort());
}
