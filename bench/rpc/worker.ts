import { fork, spawnSync, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Ask, Mark, Reply } from "./messages.js";

const patienceMs = 20_000;

/** Whether server and client can have a core each: `taskset` exists and there are two. */
export const canPin = ["0", "1"].every((core) => spawnSync("taskset", ["-c", core, "true"]).status === 0);

/** A process of one side of one subject, on a core of its own. */
export class Worker {
  /** Where its server listens. */
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #name: string;

  private constructor(child: ChildProcess, name: string, url: string) {
    this.#child = child;
    this.#name = name;
    this.url = url;
  }

  /** Starts `side` and waits until it is set up. */
  static async start(side: "server" | "client", args: readonly string[]): Promise<Worker> {
    const file = fileURLToPath(new URL(`./${side}.js`, import.meta.url));
    const core = side === "server" ? "0" : "1";
    const pinned = { execPath: "taskset", execArgv: ["-c", core, process.execPath] };
    const child = fork(file, [...args], canPin ? pinned : {});
    const name = `the ${side} of ${args[0]}`;
    try {
      const ready = await nextReply(child, name);
      if (ready.reply !== "ready") throw new Error(`${name} sent "${ready.reply}" before it was ready`);
      return new Worker(child, name, ready.url);
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  async start(): Promise<void> {
    await this.#ask({ ask: "start" });
  }

  async rest(): Promise<void> {
    await this.#ask({ ask: "rest" });
  }

  async mark(): Promise<Mark> {
    const answer = await this.#ask({ ask: "mark" });
    if (answer.reply !== "mark") throw new Error(`${this.#name} sent "${answer.reply}" instead of its mark`);
    return answer.mark;
  }

  /** Ends the process: by letting go of it, by force if it hangs. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const force = setTimeout(() => child.kill("SIGKILL"), 2_000);
    if (child.connected) child.disconnect();
    await ended;
    clearTimeout(force);
  }

  #ask(ask: Ask): Promise<Reply> {
    this.#child.send(ask);
    return nextReply(this.#child, this.#name);
  }
}

/** The next message of `child`; fails when it ends instead, or says nothing for long. */
function nextReply(child: ChildProcess, name: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      child.off("message", onMessage).off("exit", onExit).off("error", onError);
    };
    const fail = (reason: string) => {
      settle();
      reject(new Error(`${name} ${reason}`));
    };
    const onMessage = (message: Reply) => {
      settle();
      resolve(message);
    };
    const onExit = (code: number | null, signal: string | null) => fail(`ended with ${signal ?? `code ${code}`}`);
    const onError = (error: Error) => fail(`failed: ${error.message}`);
    const timer = setTimeout(() => fail(`said nothing for ${patienceMs} ms`), patienceMs);
    child.on("message", onMessage).on("exit", onExit).on("error", onError);
  });
}
