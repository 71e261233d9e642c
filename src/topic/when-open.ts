import { MillraceError } from "../error.js";
import { onAbort } from "../rpc/on-abort.js";
import type { Ground } from "../rpc/service.js";

/** Resolves when calls can be made over `ground`; rejects when that will never be, and when `ended` aborts. */
export function whenOpen(ground: Ground, ended: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new MillraceError("cancelled", "there is nothing to wait for"));
    if (ended.aborted) return end();
    onAbort(ended, end);
    void whenSettled(ground).then(() => (ground.state === "closed" ? end() : resolve()));
  });
}

/** What is waited for now. */
const settling = new WeakMap<Ground, Promise<void>>();

/** Resolves when `ground` is open or closed. All who wait share one listener, for there may be thousands. */
function whenSettled(ground: Ground): Promise<void> {
  const isSettled = (): boolean => ground.state === "open" || ground.state === "closed";
  if (isSettled()) return Promise.resolve();
  let waiting = settling.get(ground);
  if (waiting) return waiting;
  waiting = new Promise((resolve) => {
    const stop = ground.onState(() => {
      if (!isSettled()) return;
      stop();
      settling.delete(ground);
      resolve();
    });
  });
  settling.set(ground, waiting);
  return waiting;
}
