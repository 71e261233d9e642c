import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import type { DrainOptions, ListenOptions } from "../../src/node/index.js";

/** What a server is told: to close at once, or to drain first. */
export type Order = "finish" | { readonly drain: DrainOptions };

/** What a server has left when it has closed. */
export interface Left {
  readonly slabs: number;
  readonly links: number;
  readonly resources: readonly string[];
}

/** How long a process may take for what should take it no time. */
const PATIENCE_MS = 20_000;

/** Makes one file of the server and all it imports, which starts in a fraction of the time; returns its path. */
export function bundleServer(folder: string): string {
  const outfile = join(folder, "server.mjs");
  buildSync({
    entryPoints: [fileURLToPath(new URL("./server.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    // package.json names the built modules that do something by being loaded, and these are the sources.
    ignoreAnnotations: true,
    // What ws requires of Node stays a require, which modules have none of.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return outfile;
}

/** A server of `Ledger` that listens at the same addresses through all its deaths. */
export class ServerProcess {
  /** In the order tcp, unix, ws. */
  urls: readonly string[] = [];
  private process: ChildProcess | undefined;
  private exited: Promise<unknown> = Promise.resolve();

  /**
   * @param program what `bundleServer` made.
   * @param ledger the file that runs are written to.
   * @param at where to listen; ports that are 0 keep the number they get.
   */
  constructor(
    private readonly program: string,
    private readonly ledger: string,
    private at: ListenOptions,
  ) {}

  get isRunning(): boolean {
    return this.process !== undefined;
  }

  async start(): Promise<void> {
    const child = fork(this.program, [this.ledger, JSON.stringify(this.at)], { execArgv: [] });
    this.process = child;
    this.exited = new Promise((resolve) => child.once("exit", resolve));
    // A channel to a process that dies breaks before the process is known to be dead.
    child.on("error", () => {});
    this.urls = (await this.heard("start")) as string[];
    const [tcp, , ws] = this.urls.map((url) => url.replace(/^\w+:\/\//, ""));
    this.at = { ...this.at, tcp, ws };
  }

  async kill(): Promise<void> {
    this.process?.kill("SIGKILL");
    await this.gone();
  }

  /** Stops it in the middle of whatever it does. */
  stop(): void {
    this.process?.kill("SIGSTOP");
  }

  /** Lets it go on. */
  go(): void {
    this.process?.kill("SIGCONT");
  }

  /** Lets it drain or close and end by itself; returns what it had left then. Rejects when it does not end. */
  async end(order: Order): Promise<Left> {
    const child = this.process!;
    const left = this.heard("say what it has left");
    child.send(order);
    try {
      const found = (await left) as Left;
      await within("end by itself", this.gone());
      return found;
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** What it says next. Rejects when it ends instead. */
  private heard(toDo: string): Promise<unknown> {
    const ended = this.exited.then(() => Promise.reject(new Error(`the server ended, and did not ${toDo}`)));
    const said = new Promise((resolve) => this.process!.once("message", resolve));
    return within(toDo, Promise.race([said, ended]));
  }

  private async gone(): Promise<void> {
    await this.exited;
    this.process = undefined;
  }
}

/** Settles like `work`, or rejects when that takes too long. */
async function within<T>(toDo: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the server did not ${toDo} within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
