import { isSpentSince } from "../topic/publishers.js";
import { decodeChunk } from "./chunk.js";
import type { Environment } from "./environment.js";
import { behind, offsetOf, prefixOfKey, topicOf } from "./keys.js";
import type { LmdbLog } from "./log.js";

/** A log of which nothing matters any more. */
interface Spent {
  /** The offset behind its last event. */
  readonly end: number;
  /** What the tables have of it. */
  readonly chunks: readonly Buffer[];
  readonly publishers: readonly Buffer[];
}

/** What a commit may take from the disk. */
interface Found {
  /** Closed logs of which nothing matters any more. */
  readonly spent: Spent[];
  /** Open logs with chunks that are trimmed. */
  readonly aged: LmdbLog[];
}

/** So many logs are looked at with each commit, and two more for each that it makes. */
const LOOKS = 4;
/** Before all keys. */
const START = Buffer.alloc(1);

/**
 * Forgets logs that are spent and closed, and finds what is too old in those that are open. Each commit goes on where the one before stopped to look, so that this costs little
 * at any time, and a store to which nothing is written does nothing. A log that is made again starts above all that were
 * forgotten (`Environment.floor`), so that no offset of an epoch is given twice.
 */
export class Forgetting {
  /** The `ageMs` of topics that have one. */
  private readonly ages = new Map<string, number>();
  /** The logs that are open, or closed and not written yet, by their prefixes. */
  private readonly open = new Map<string, LmdbLog>();
  private cursor: Buffer = START;

  constructor(
    private readonly environment: Environment,
    private readonly nowMs: () => number,
  ) {}

  /** The log with this prefix that is open already. */
  openOf(prefix: Buffer): LmdbLog | undefined {
    return this.open.get(prefix.toString("latin1"));
  }

  opened(topic: string, log: LmdbLog, ageMs: number): void {
    this.open.set(log.prefix.toString("latin1"), log);
    if (ageMs !== Infinity) this.ages.set(topic, ageMs);
    else this.ages.delete(topic);
  }

  /** Notes that `log` is written and closed; its key may have been opened again since. */
  closed(log: LmdbLog): void {
    if (this.openOf(log.prefix) === log) this.open.delete(log.prefix.toString("latin1"));
  }

  /** Looks at some logs. @param made how many new ones the next commit makes. */
  find(made: number): Found {
    const found: Found = { spent: [], aged: [] };
    if (this.ages.size === 0) return found;
    for (let looks = LOOKS + 2 * made; looks > 0; looks--) {
      const [key] = this.environment.chunks.getKeys({ start: this.cursor, limit: 1 });
      if (!key) {
        this.cursor = START;
        return found;
      }
      const prefix = prefixOfKey(key);
      this.cursor = behind(prefix);
      this.look(prefix, found);
    }
    return found;
  }

  /** Asks the tables for the changes. */
  write(found: readonly Spent[]): void {
    const { chunks, publishers } = this.environment;
    for (const spent of found) {
      for (const key of spent.chunks) void chunks.remove(key);
      for (const key of spent.publishers) void publishers.remove(key);
    }
    if (found.length > 0) this.environment.raiseFloor(Math.max(...found.map(({ end }) => end)));
  }

  private look(prefix: Buffer, { spent, aged }: Found): void {
    const ageMs = this.ages.get(topicOf(prefix));
    if (ageMs === undefined) return;
    const log = this.openOf(prefix);
    const closed = log ? undefined : this.spentOf(prefix, ageMs);
    if (closed) spent.push(closed);
    if (log?.tidy()) aged.push(log);
  }

  private spentOf(prefix: Buffer, ageMs: number): Spent | undefined {
    const { chunks, publishers } = this.environment;
    const range = { start: prefix, end: behind(prefix) };
    const [last] = chunks.getKeys({ start: range.end, end: range.start, reverse: true, limit: 1 });
    const bytes = chunks.getBinary(last);
    // What is damaged is told to who opens the log.
    const chunk = bytes && decodeChunk(bytes, bytes.length, offsetOf(last));
    if (!chunk || !isSpentSince(chunk.timeMs, this.nowMs(), ageMs)) return undefined;
    return { end: chunk.end, chunks: [...chunks.getKeys(range)], publishers: [...publishers.getKeys(range)] };
  }
}
