/** What a page or a worker has made and not let go of. */
export interface Held {
  readonly timers: number;
  /** WebSockets that are open, or are being opened. */
  readonly sockets: number;
  /** WebSockets that the browser closes: a page can only wait for that. */
  readonly closing: number;
  /** All that there were: none is closed before its page is. */
  readonly channels: number;
  /** Those of the page or the worker, and of its document; what listens to a socket goes with it. */
  readonly listeners: number;
}

// It counts from when this module runs: before any other one that makes what is counted.
const timers = new Set<unknown>();
const sockets: WebSocket[] = [];
const listeners = new Set<string>();
let channels = 0;

const { setTimeout: set, clearTimeout: clear } = globalThis;

class CountedSocket extends WebSocket {
  constructor(url: string) {
    super(url);
    sockets.push(this);
  }
}

class CountedChannel extends MessageChannel {
  constructor() {
    super();
    channels++;
  }
}

function setCounted(run: () => void, ms?: number): unknown {
  const timer = set(() => {
    timers.delete(timer);
    run();
  }, ms);
  timers.add(timer);
  return timer;
}

function clearCounted(timer: number): void {
  timers.delete(timer);
  clear(timer);
}

Object.assign(globalThis, {
  WebSocket: CountedSocket,
  MessageChannel: CountedChannel,
  setTimeout: setCounted,
  clearTimeout: clearCounted,
});

/** Counts who listens to `target`; each has to be let go of by its signal. */
function countListeners(target: EventTarget): void {
  let made = 0;
  target.addEventListener = (type: string, run: EventListener, options?: AddEventListenerOptions): void => {
    const entry = `${type} ${++made}`;
    listeners.add(entry);
    options?.signal?.addEventListener("abort", () => listeners.delete(entry));
    EventTarget.prototype.addEventListener.call(target, type, run, options);
  };
}

countListeners(globalThis);
if (globalThis.document) countListeners(document);

/** What is there now. */
export function held(): Held {
  const closing = sockets.filter(({ readyState }) => readyState === WebSocket.CLOSING).length;
  const closed = sockets.filter(({ readyState }) => readyState === WebSocket.CLOSED).length;
  return {
    timers: timers.size,
    sockets: sockets.length - closing - closed,
    closing,
    channels,
    listeners: listeners.size,
  };
}
