import { spawnSync } from "node:child_process";
import { Child } from "../../examples/support/child.js";
import type { PairSubject, Place } from "./load.js";
import type { Ask, Mark, Reply } from "./messages.js";

const cores = { server: "0", client: "1" } as const;

/** Whether server and client can have a core each: `taskset` exists and so do both cores. */
export const canPin = Object.values(cores).every((core) => spawnSync("taskset", ["-c", core, "true"]).status === 0);

/** How a table says where its two processes ran. */
export const pinning = canPin ? "each pinned to a core" : "NOT pinned (no taskset or one core)";

/** The process of one side of one subject, on a core of its own. */
export class Worker {
  /** Where its server listens. */
  readonly place: Place;
  readonly #child: Child<Ask, Reply>;

  private constructor(child: Child<Ask, Reply>, place: Place) {
    this.#child = child;
    this.place = place;
  }

  /** Starts `side` and waits until it is set up. */
  static async start(side: keyof typeof cores, subject: PairSubject, args: readonly string[]): Promise<Worker> {
    const pinned = { execPath: "taskset", execArgv: ["-c", cores[side], process.execPath, ...process.execArgv] };
    const module = new URL(`./${side}.js`, import.meta.url);
    const argv = [subject.module.href, ...args];
    const child = new Child<Ask, Reply>(`the ${side} of ${subject.name}`, module, argv, canPin ? pinned : {});
    try {
      return new Worker(child, expect(await child.ready, "ready").place);
    } catch (error) {
      await child.stop();
      throw error;
    }
  }

  /** The id of its process. */
  get pid(): number {
    return this.#child.pid;
  }

  async start(): Promise<void> {
    expect(await this.#child.ask({ ask: "start" }), "done");
  }

  async rest(): Promise<void> {
    expect(await this.#child.ask({ ask: "rest" }), "done");
  }

  async mark(): Promise<Mark> {
    return expect(await this.#child.ask({ ask: "mark" }), "mark").mark;
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }
}

function expect<Name extends Reply["reply"]>(reply: Reply, name: Name): Extract<Reply, { reply: Name }> {
  if (!isReply(reply, name)) throw new Error(`a process answered "${reply.reply}" instead of "${name}"`);
  return reply;
}

function isReply<Name extends Reply["reply"]>(reply: Reply, name: Name): reply is Extract<Reply, { reply: Name }> {
  return reply.reply === name;
}
