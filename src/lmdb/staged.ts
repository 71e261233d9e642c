import type { Publication, Published } from "../topic/publishers.js";
import { CHUNK_BYTES, encodeChunk } from "./chunk.js";
import type { Environment } from "./environment.js";
import { keyAt, keyOfPublisher } from "./keys.js";
import type { LmdbLog } from "./log.js";
import { encodePublished } from "./published.js";

/** What one commit changes of one log; the log itself is told when that is on the disk. */
export class Staged {
  private readonly events: Uint8Array[] = [];
  private readonly publications = new Map<string, Published>();
  private readonly trimmed: readonly number[];
  private readonly forgotten: readonly string[];
  private bytes: number;

  constructor(
    private readonly log: LmdbLog,
    private readonly nowMs: number,
  ) {
    // More may be trimmed while the commit is under way, which leaves the disk with a later one.
    this.trimmed = [...log.trimmed];
    this.forgotten = log.forgotten;
    this.bytes = log.bytes;
  }

  /** Takes in events that are appended; returns the offset of the first. Throws like `Publishers.find`. */
  add(events: readonly Uint8Array[], publication: Publication | undefined): number {
    const before = publication && this.find(publication);
    if (before !== undefined) return before;
    const offset = this.log.next + this.events.length;
    for (const event of events) this.events.push(event);
    if (publication) {
      const { publisher, sequence } = publication;
      this.publications.set(publisher, { sequence, offset, timeMs: this.nowMs });
    }
    return offset;
  }

  /** Asks the tables for the changes. */
  write({ chunks, publishers }: Environment): void {
    const { log, events, nowMs } = this;
    for (let i = 0, end; i < events.length; i = end) {
      end = endOfChunk(events, i);
      const inChunk = events.slice(i, end);
      void chunks.put(keyAt(log.prefix, log.next + i), encodeChunk(inChunk, nowMs, this.bytes));
      for (const event of inChunk) this.bytes += event.length;
    }
    for (const start of this.trimmed) void chunks.remove(keyAt(log.prefix, start));
    for (const name of this.forgotten) void publishers.remove(keyOfPublisher(log.prefix, name));
    for (const [name, published] of this.publications) {
      void publishers.put(keyOfPublisher(log.prefix, name), encodePublished(published));
    }
  }

  /** What was written is on the disk. */
  done(): void {
    const { log, events } = this;
    log.trimmed.splice(0, this.trimmed.length);
    log.forgotten = [];
    for (const [name, published] of this.publications) log.forgotten.push(...log.publishers.note(name, published));
    if (events.length > 0) log.appended(log.next + events.length, this.bytes, this.nowMs);
  }

  private find(publication: Publication): number | undefined {
    const staged = this.publications.get(publication.publisher);
    return this.log.publishers.find(publication, staged);
  }
}

/** Where the chunk ends that starts with the event `i`. */
function endOfChunk(events: readonly Uint8Array[], start: number): number {
  let bytes = events[start].length;
  let end = start + 1;
  while (end < events.length && bytes + events[end].length <= CHUNK_BYTES) bytes += events[end++].length;
  return end;
}
