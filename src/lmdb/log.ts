import { isSpentSince, Publishers, type Publication, type Published } from "../topic/publishers.js";
import type { Retention, TopicLog, Visit } from "../topic/store.js";
import { type Chunk, decodeChunk, eventOf } from "./chunk.js";
import type { Environment } from "./environment.js";
import { damaged, reopened } from "./failures.js";
import { behind, keyAt, offsetOf } from "./keys.js";
import { decodePublished } from "./published.js";

/** Puts events on the disk. */
export interface Appender {
  append(log: LmdbLog, events: readonly Uint8Array[], publication: Publication | undefined): Promise<number>;
}

/**
 * One key of a topic, as it is on the disk; what is being committed is not seen yet.
 *
 * ```
 *   chunks:  [ trimmed ] [ trimmed ] [ tail: .. | .. .. ] [ ... ] [ last ]
 *                                             first                       next
 * ```
 *
 * Chunks that are trimmed leave the disk with the next append. The last one stays, for it knows where the log ends, until the
 * log is spent.
 */
export class LmdbLog implements TopicLog {
  readonly epoch: number;
  next: number;
  /** Bytes of all events ever appended. */
  bytes = 0;
  readonly publishers = new Publishers();
  /** Where the chunks start that are to leave the disk. */
  trimmed: number[] = [];
  /** Publishers that are to leave the disk. */
  forgotten: string[] = [];
  /** Appends that have not settled. */
  pending = 0;
  private isClosed = false;
  private oldest: number;
  /** When something was appended. */
  private lastMs: number;
  /** The chunk that `oldest` is in. */
  private tail: Chunk | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly appender: Appender,
    readonly prefix: Buffer,
    private readonly retention: Retention,
    private readonly nowMs: () => number,
    private readonly closed: (log: LmdbLog) => void,
  ) {
    this.epoch = environment.epoch;
    this.next = this.oldest = environment.floor;
    this.lastMs = nowMs();
    const start = keyAt(this.prefix, 0);
    for (const first of environment.chunks.getKeys({ start, end: behind(this.prefix), limit: 1 })) {
      this.oldest = offsetOf(first);
      this.tail = this.load(this.oldest).chunk;
      const last = this.load(this.startOfChunk(Number.MAX_SAFE_INTEGER)).chunk;
      this.next = last.end;
      this.bytes = last.endBytes;
      this.lastMs = last.timeMs;
    }
    this.readPublishers();
    this.trim();
  }

  get first(): number {
    if (this.retention.ageMs === Infinity) return this.oldest;
    this.environment.expectOpen();
    this.trim();
    return this.oldest;
  }

  /** Whether the disk has nothing of it. */
  get isNew(): boolean {
    return this.tail === undefined;
  }

  get isSpent(): boolean {
    return isSpentSince(this.lastMs, this.nowMs(), this.retention.ageMs);
  }

  /** Trims the log, and says whether chunks are to leave the disk; what is damaged is told to who reads it. */
  tidy(): boolean {
    try {
      this.trim();
    } catch {
      return false;
    }
    return this.trimmed.length > 0;
  }

  append(events: readonly Uint8Array[], publication?: Publication): Promise<number> {
    if (this.isClosed) return Promise.reject(reopened(this.environment.path));
    return this.appender.append(this, events, publication);
  }

  read(from: number, visit: Visit): void {
    this.environment.expectOpen();
    const { next } = this;
    let offset = Math.max(from, this.first);
    if (offset >= next) return;
    let start = this.startOfChunk(offset);
    while (offset < next) {
      const { chunk, bytes } = this.load(start);
      for (; offset < chunk.end; offset++) if (!visit(offset, eventOf(chunk, bytes, offset))) return;
      start = offset;
    }
  }

  close(): void {
    this.isClosed = true;
    if (this.pending === 0) this.closed(this);
  }

  /** One of its appends has settled. */
  settled(): void {
    this.pending--;
    if (this.isClosed) this.close();
  }

  /** Notes that the log ends there now. */
  appended(next: number, bytes: number, timeMs: number): void {
    this.next = next;
    this.bytes = bytes;
    this.lastMs = timeMs;
    this.tidy();
  }

  /** Moves `oldest` to where the history that is to be kept starts. */
  private trim(): void {
    const { next, bytes, retention } = this;
    if (next === this.oldest) return;
    const oldestMs = this.nowMs() - retention.ageMs;
    this.oldest = Math.max(this.oldest, next - retention.events);
    for (let tail = this.tailNow(); this.oldest < next; tail = this.tailNow()) {
      if (bytes - tail.endBytes > retention.bytes || tail.timeMs < oldestMs) this.oldest = tail.end;
      while (bytes - startBytesOf(tail, this.oldest) > retention.bytes) this.oldest++;
      if (this.oldest < tail.end) return;
    }
  }

  /** The chunk that `oldest` is in, or the last one. */
  private tailNow(): Chunk {
    let tail = (this.tail ??= this.load(this.startOfChunk(this.oldest)).chunk);
    while (tail.end <= this.oldest && tail.end < this.next) {
      this.trimmed.push(tail.start);
      tail = this.load(tail.end).chunk;
    }
    return (this.tail = tail);
  }

  private startOfChunk(offset: number): number {
    const range = { start: keyAt(this.prefix, offset), end: this.prefix, reverse: true, limit: 1 };
    for (const key of this.environment.chunks.getKeys(range)) return offsetOf(key);
    throw damaged(this.environment.path, `event ${offset} is missing`);
  }

  /** Its bytes are those of LMDB, until it is asked for the next ones. */
  private load(start: number): { chunk: Chunk; bytes: Buffer } {
    const { chunks, path } = this.environment;
    const bytes = chunks.getBinaryFast(keyAt(this.prefix, start));
    const chunk = bytes && decodeChunk(bytes, bytes.length, start);
    if (!bytes || !chunk) throw damaged(path, `what starts with event ${start} is missing or not as it was written`);
    return { chunk, bytes };
  }

  private readPublishers(): void {
    const range = { start: this.prefix, end: behind(this.prefix) };
    const found: [publisher: string, published: Published][] = [];
    for (const { key, value } of this.environment.publishers.getRange(range)) {
      found.push([key.toString("utf8", this.prefix.length), decodePublished(value)]);
    }
    found.sort(([, a], [, b]) => a.timeMs - b.timeMs);
    for (const [publisher, published] of found) this.forgotten.push(...this.publishers.note(publisher, published));
  }
}

function startBytesOf({ start, startBytes, ends }: Chunk, offset: number): number {
  return startBytes + (offset === start ? 0 : ends[offset - start - 1]);
}
