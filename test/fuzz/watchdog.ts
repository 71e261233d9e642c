import { Worker } from "node:worker_threads";

/** Who stays at one mutant for so long is stuck in it. */
const STUCK_MS = 20_000;
const LOOK_MS = 2000;

/** Plain JavaScript, because a thread of its own has to look at one that does nothing else any more. */
const LOOK = `
  const { workerData: { progress, seed } } = require("node:worker_threads");
  const { writeSync } = require("node:fs");
  let [number, since] = [-1, 0];
  setInterval(() => {
    const now = performance.now();
    if (progress[0] !== number) [number, since] = [progress[0], now];
    if (now - since < ${STUCK_MS}) return;
    writeSync(2, "--seed " + seed + " --mutant " + number + ": it never ends\\n");
    process.kill(process.pid, "SIGKILL");
  }, ${LOOK_MS});
`;

/** Ends this process, and says which mutant it was at, when it stays at one. */
export class Watchdog {
  private readonly progress = new Int32Array(new SharedArrayBuffer(4));
  private readonly worker: Worker;

  constructor(seed: number) {
    this.worker = new Worker(LOOK, { eval: true, workerData: { progress: this.progress, seed } });
    this.worker.unref();
  }

  /** Notes which mutant begins. */
  readonly begins = (mutant: number): void => {
    this.progress[0] = mutant;
  };
}
