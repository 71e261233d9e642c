import { setImmediate as turn } from "node:timers/promises";
import { MillraceError } from "../error.js";
import { EVENT_OVERHEAD_BYTES } from "../topic/event.js";
import type { Publication } from "../topic/publishers.js";
import type { Environment } from "./environment.js";
import { closed } from "./failures.js";
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
   * waits already, or `unavailable` with a `publication`, and like `Environment.commit`.
   */
  append(log: LmdbLog, events: readonly Uint8Array[], publication: Publication | undefined): Promise<number> {
    const { path, isClosed } = this.environment;
    if (isClosed) return Promise.reject(closed(path));
    if (this.waitingBytes > this.maxWaitingBytes) return Promise.reject(tooFast(path, publication));
    for (const event of events) this.waitingBytes += event.length + EVENT_OVERHEAD_BYTES;
    log.pending++;
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
      const { spent, aged } = this.forgetting.find(made);
      for (const log of aged) if (!logs.has(log)) logs.set(log, new Staged(log, nowMs));
      await this.environment.commit(() => {
        this.forgetting.write(spent);
        for (const staged of logs.values()) staged.write(this.environment);
      });
      for (const staged of logs.values()) staged.done();
      for (const [append, offset] of placed) append.resolve(offset);
    } catch (error) {
      for (const [append] of placed) append.reject(MillraceError.from(error, "data_loss"));
    }
    for (const { log } of batch) log.settled();
  }
}

/** Why nothing more is taken now. Of a publication it is not said that it is refused: it may wait to be written already. */
function tooFast(path: string, publication: Publication | undefined): MillraceError {
  const what = `too much waits to be written to the store in ${path}`;
  if (publication) return new MillraceError("unavailable", `${what}: try again later`);
  return new MillraceError("resource_exhausted", `${what}: await publish() before the next one`);
}
