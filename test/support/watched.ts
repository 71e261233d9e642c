import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** How a process is. */
export interface Gauges {
  /** The longest time, since it was last asked, for which its own work kept it from doing anything else. */
  readonly blockedMs: number;
  /** When what is garbage has been collected. */
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly files: number;
  /** Slabs on lease. */
  readonly slabs: number;
  readonly links: number;
}

/** A server of `Echo` in a process of its own, over TCP and WebSocket. */
export class Watched {
  private readonly died: Promise<never>;

  private constructor(
    readonly process: ChildProcess,
    readonly urls: readonly string[],
  ) {
    this.died = new Promise((_, reject) => process.once("exit", () => reject(new Error(this.death))));
    this.died.catch(() => {});
    // A channel to a process that dies breaks before the process is known to be dead.
    process.on("error", () => {});
  }

  static async start(): Promise<Watched> {
    const child = fork(fileURLToPath(new URL("./watched-server.ts", import.meta.url)), {
      execArgv: ["--import", "tsx"],
    });
    const [urls] = await once(child, "message");
    return new Watched(child, urls as string[]);
  }

  /** Why the process is no more, or `undefined` while it is there. */
  get death(): string | undefined {
    const { exitCode, signalCode } = this.process;
    return exitCode === null && signalCode === null ? undefined : `the server ended with ${signalCode ?? exitCode}`;
  }

  /** Asks it how it is. Rejects when it is no more. */
  async gauges(): Promise<Gauges> {
    const answer = once(this.process, "message").then(
      ([gauges]) => gauges as Gauges,
      () => this.died,
    );
    this.process.send("how are you?");
    return Promise.race([answer, this.died]);
  }

  /** Asks until nothing of former links is left, or it does not get less any more. */
  async settled(files: number): Promise<Gauges> {
    const end = performance.now() + SETTLING_MS;
    for (;;) {
      const gauges = await this.gauges();
      const isSettled = gauges.links === 0 && gauges.slabs === 0 && gauges.files <= files;
      if (isSettled || performance.now() > end) return gauges;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    if (this.death !== undefined) return;
    this.process.disconnect();
    await once(this.process, "exit");
  }
}

const SETTLING_MS = 10_000;
