import type { Ground } from "../rpc/service.js";

/** All that is to be done when the state of one link changes. */
interface Watch {
  readonly runs: Set<() => void>;
  /** Ends that it is told. */
  readonly stop: () => void;
}

const watches = new WeakMap<Ground, Watch>();

/**
 * Calls `run` when the state of `ground` has changed, until what is returned is called. All who wait for one link share one
 * listener: subscriptions may be thousands, and a link is made for few.
 */
export function onState(ground: Ground, run: () => void): () => void {
  const watch = watches.get(ground) ?? watching(ground);
  watch.runs.add(run);
  return () => {
    if (!watch.runs.delete(run) || watch.runs.size > 0) return;
    watch.stop();
    watches.delete(ground);
  };
}

function watching(ground: Ground): Watch {
  const runs = new Set<() => void>();
  const stop = ground.onState(() => {
    for (const run of runs) run();
  });
  const watch = { runs, stop };
  watches.set(ground, watch);
  return watch;
}
