import { MillraceError } from "../error.js";
import type { Retention, TopicLog, TopicStore } from "../topic/store.js";
import { Commits } from "./commits.js";
import { Environment } from "./environment.js";
import { Forgetting } from "./forgetting.js";
import { unwritten } from "./failures.js";
import { prefixOf } from "./keys.js";
import { LmdbLog } from "./log.js";

/** How a store behaves. */
export interface LmdbStoreOptions {
  /**
   * Whether all of the file is read once before it is opened, in a process of its own, so that damage is an error here
   * rather than the end of this process; by default it is.
   */
  readonly check?: boolean | undefined;
  /** Bytes of events that may wait to be written; more are refused with `resource_exhausted`. 64 MiB by default. */
  readonly maxWaitingBytes?: number | undefined;
  /** The time in milliseconds since 1970, by which history has an age; `Date.now` by default. */
  readonly nowMs?: (() => number) | undefined;
}

/**
 * Keeps events on the disk with LMDB, a database in this process, for any number of topics. An append resolves when it is
 * written and synced: neither the end of the process nor that of the machine takes it back.
 */
export class LmdbStore implements TopicStore {
  private readonly commits: Commits;
  private readonly forgetting: Forgetting;

  private constructor(
    private readonly environment: Environment,
    private readonly nowMs: () => number,
    maxWaitingBytes: number,
  ) {
    this.forgetting = new Forgetting(environment, nowMs);
    this.commits = new Commits(environment, this.forgetting, maxWaitingBytes, nowMs);
  }

  /**
   * Opens the store in the folder `path`, or makes it. One store at a time has the folder: the appends of one that was
   * opened before, by this process or another, fail from then on.
   * Rejects with `data_loss` when the file is damaged, `permission_denied` when it may not be written, `resource_exhausted`
   * when the disk is full, `failed_precondition` when the package `lmdb` is not installed or the folder is another program's,
   * `invalid_argument` when the path is no folder or an option is out of range.
   */
  static async open(path: string, options: LmdbStoreOptions = {}): Promise<LmdbStore> {
    const { check = true, maxWaitingBytes = 64 * 1024 * 1024, nowMs = Date.now } = options;
    if (!Number.isInteger(maxWaitingBytes) || maxWaitingBytes < 0) {
      throw new MillraceError(
        "invalid_argument",
        `maxWaitingBytes must be a whole number from 0, not ${maxWaitingBytes}`,
      );
    }
    return new LmdbStore(await Environment.open(path, check), nowMs, maxWaitingBytes);
  }

  /**
   * Opens the log of a key. Who had it open before, another server of this process, appends to it no more.
   * Throws `unavailable` while something of before is being written, and when the store is closed, `data_loss` when what it
   * has of the key is damaged, `invalid_argument` when the key is too long.
   */
  open(topic: string, key: Uint8Array, retention: Retention): TopicLog {
    const { environment, commits, forgetting, nowMs } = this;
    environment.expectOpen();
    const prefix = prefixOf(topic, key);
    const older = forgetting.openOf(prefix);
    older?.close();
    if (older && older.pending > 0) throw unwritten(environment.path);
    const log = new LmdbLog(environment, commits, prefix, retention, nowMs, this.closed);
    forgetting.opened(topic, log, retention.ageMs);
    return log;
  }

  private readonly closed = (log: LmdbLog): void => this.forgetting.closed(log);

  /** Resolves when what was appended is on the disk and the file is closed; appends fail from now on. */
  async close(): Promise<void> {
    this.environment.isClosed = true;
    await this.commits.settled();
    await this.environment.close();
  }
}
