/** All that is to be done when one signal aborts. */
class Watch extends Set<() => void> implements EventListenerObject {
  handleEvent(): void {
    for (const run of this) run();
  }
}

const watches = /* @__PURE__ */ new WeakMap<AbortSignal, Watch>();

/**
 * Calls `run` when `signal` aborts, until what is returned is called. All who watch a signal share one listener: of more
 * than ten on one signal, which many calls may have, Node.js warns.
 */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  const watch = watches.get(signal) ?? new Watch();
  watches.set(signal, watch);
  // The same listener is added once.
  signal.addEventListener("abort", watch);
  watch.add(run);
  return () => {
    if (watch.delete(run) && watch.size === 0) signal.removeEventListener("abort", watch);
  };
}
