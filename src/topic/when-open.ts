import { MillraceError } from "../error.js";
import { onAbort } from "../rpc/on-abort.js";
import type { Ground } from "../rpc/service.js";
import { onState } from "./on-state.js";

/** Resolves when calls can be made over `ground`; rejects when that will never be, and when `ended` aborts. */
export async function whenOpen(ground: Ground, ended: AbortSignal): Promise<void> {
  while (ground.state !== "open") {
    if (ground.state === "closed" || ended.aborted) {
      throw new MillraceError("cancelled", "there is nothing to wait for");
    }
    await changed(ground, ended);
  }
}

/** Resolves when the state of `ground` has changed, and when `ended` aborts. */
function changed(ground: Ground, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      unwatch();
      resolve();
    };
    const stop = onState(ground, done);
    const unwatch = onAbort(ended, done);
  });
}
