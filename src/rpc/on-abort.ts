interface Watch {
  readonly runs: Set<() => void>;
  readonly listener: () => void;
}

const watched = /* @__PURE__ */ new WeakMap<AbortSignal, Watch>();

/**
 * Calls `run` when `signal` aborts, until what is returned is called. All who watch a signal share one listener: of more
 * than ten on one signal, which many calls may have, Node.js warns.
 */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  let watch = watched.get(signal);
  if (!watch) {
    const runs = new Set<() => void>();
    watch = { runs, listener: () => runs.forEach((each) => each()) };
    watched.set(signal, watch);
    signal.addEventListener("abort", watch.listener);
  }
  const { runs, listener } = watch;
  runs.add(run);
  return () => {
    if (!runs.delete(run) || runs.size > 0) return;
    watched.delete(signal);
    signal.removeEventListener("abort", listener);
  };
}
