import { isSpentSince } from "../topic/publishers.js";
import { decodeChunk } from "./chunk.js";
import type { Environment } from "./environment.js";
import { behind, offsetOf, prefixOfKey, topicOf } from "./keys.js";

/** A log of which nothing matters any more. */
interface Spent {
  /** The offset behind its last event. */
  readonly end: number;
  /** What the tables have of it. */
  readonly chunks: readonly Buffer[];
  readonly publishers: readonly Buffer[];
}

/** So many logs are looked at with each commit, and two more for each that it makes. */
const LOOKS = 4;
/** Before all keys. */
const START = Buffer.alloc(1);

/**
 * Forgets logs that are spent and closed. Each commit goes on where the one before stopped to look, so that this costs little
 * at any time, and a store to which nothing is written does nothing. A log that is made again starts above all that were
 * forgotten (`Environment.floor`), so that no offset of an epoch is given twice.
 */
export class Forgetting {
  /** The `ageMs` of topics that have one. */
  private readonly ages = new Map<string, number>();
  /** The prefixes of logs that are open. */
  private readonly open = new Set<string>();
  private cursor: Buffer = START;

  constructor(
    private readonly environment: Environment,
    private readonly nowMs: () => number,
  ) {}

  opened(topic: string, prefix: Buffer, ageMs: number): void {
    this.open.add(prefix.toString("latin1"));
    if (ageMs !== Infinity) this.ages.set(topic, ageMs);
    else this.ages.delete(topic);
  }

  closed(prefix: Buffer): void {
    this.open.delete(prefix.toString("latin1"));
  }

  /** Looks at some logs; returns those that may go. @param made how many new ones the next commit makes. */
  find(made: number): Spent[] {
    const found: Spent[] = [];
    if (this.ages.size === 0) return found;
    for (let looks = LOOKS + 2 * made; looks > 0; looks--) {
      const [key] = this.environment.chunks.getKeys({ start: this.cursor, limit: 1 });
      if (!key) {
        this.cursor = START;
        return found;
      }
      const prefix = prefixOfKey(key);
      this.cursor = behind(prefix);
      const spent = this.look(prefix);
      if (spent) found.push(spent);
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

  private look(prefix: Buffer): Spent | undefined {
    const ageMs = this.ages.get(topicOf(prefix));
    if (ageMs === undefined || this.open.has(prefix.toString("latin1"))) return undefined;
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
