/** Resolves when all promises that could settle have settled: after a turn of the event loop, in Node.js and in browsers. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    near.onmessage = awake;
    far.postMessage(0);
  });
}

const { port1: near, port2: far } = new MessageChannel();
const waiting: (() => void)[] = [];

/** A port that listens keeps a process of Node.js from ending. */
function awake(): void {
  waiting.shift()?.();
  if (waiting.length === 0) near.onmessage = null;
}
