import { setImmediate as turn } from "node:timers/promises";
import { MillraceError } from "../error.js";
import type { Publication } from "../topic/publishers.js";
import type { Environment } from "./environment.js";
import type { Appender, LmdbLog } from "./log.js";
import type { Forgetting } from "./forgetting.js";
import { Staged } from "./staged.js";

/** One append that waits for its commit. */
interface Append {
  readonly log: LmdbLog;
  readonly events: readonly Uint8Array[];
  readonly publication: Publication | undefined;
  readonly resolve: (offset: number) => void;
  readonly reject: (error: unknown) => void;
}

/** What is appended in one turn, and while the commit before it is under way, is committed together. */
export class Commits implements Appender {
  private waiting: Append[] = [];
  private waitingBytes = 0;
  private running: Promise<void> | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly forgetting: Forgetting,
    private readonly maxWaitingBytes: number,
    private readonly nowMs: () => number,
  ) {}

  /**
   * Resolves with the offset of the first event when all are on the disk. Rejects with `resource_exhausted` when too much
   * waits already, and like `Environment.commit`.
   */
  append(log: LmdbLog, events: readonly Uint8Array[], publication: Publication | undefined): Promise<number> {
    const { path, isClosed } = this.environment;
    if (isClosed) return Promise.reject(new MillraceError("unavailable", `the store in ${path} is closed`));
    if (this.waitingBytes > this.maxWaitingBytes) return Promise.reject(tooFast(path));
    for (const event of events) this.waitingBytes += event.length;
    return new Promise((resolve, reject) => {
      this.waiting.push({ log, events, publication, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    for (;;) {
      await turn();
      if (this.waiting.length === 0) break;
      const batch = this.waiting;
      this.waiting = [];
      this.waitingBytes = 0;
      await this.commit(batch);
    }
    this.running = undefined;
  }

  private async commit(batch: readonly Append[]): Promise<void> {
    const logs = new Map<LmdbLog, Staged>();
    const placed: [append: Append, offset: number][] = [];
    const nowMs = this.nowMs();
    for (const append of batch) {
      const { log, events, publication } = append;
      let staged = logs.get(log);
      if (!staged) logs.set(log, (staged = new Staged(log, nowMs)));
      try {
        placed.push([append, staged.add(events, publication)]);
      } catch (error) {
        append.reject(error);
      }
    }
    try {
      const made = [...logs.keys()].filter(({ isNew }) => isNew).length;
      const spent = this.forgetting.find(made);
      await this.environment.commit(() => {
        this.forgetting.write(spent);
        for (const staged of logs.values()) staged.write(this.environment);
      });
      for (const staged of logs.values()) staged.done();
      for (const [append, offset] of placed) append.resolve(offset);
    } catch (error) {
      for (const [append] of placed) append.reject(MillraceError.from(error, "data_loss"));
    }
  }
}

function tooFast(path: string): MillraceError {
  const text = `too much waits to be written to the store in ${path}: await publish() before the next one`;
  return new MillraceError("resource_exhausted", text);
}
