const { port1: near, port2: far } = new MessageChannel();
near.start();

/** Resolves when all promises that could settle have settled: after a turn of the event loop, in Node.js and in browsers. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    // Only while somebody listens does a port keep a process of Node.js from ending.
    near.addEventListener("message", () => resolve(), { once: true });
    far.postMessage(0, []);
  });
}
