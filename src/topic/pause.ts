import { onAbort } from "../rpc/on-abort.js";
import type { Ground } from "../rpc/service.js";
import { onState } from "./on-state.js";

/** Lets `ms` milliseconds pass; less when `signal` aborts or the link is closed. */
export function pause(link: Ground, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      stop();
      unwatch?.();
      resolve();
    };
    const look = (): void => {
      if (link.state === "closed" || signal?.aborted) done();
    };
    const timer = link.runtime.clock.after(ms, done);
    const stop = onState(link, look);
    const unwatch = signal && onAbort(signal, done);
    look();
  });
}
