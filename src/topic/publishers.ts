import { MillraceError } from "../error.js";
import type { Call } from "../rpc/call.js";
import type { Metadata } from "../rpc/metadata.js";

/** Which of its events a publisher publishes: says that twice when it does not know whether the first one came through. */
export interface Publication {
  /** Who publishes: nobody else has this name, of up to 128 characters. */
  readonly publisher: string;
  /** Higher than that of what this publisher published to the key before; a whole number. */
  readonly sequence: number;
}

/** What a publisher published last. */
export interface Published {
  readonly sequence: number;
  readonly offset: number;
  readonly timeMs: number;
}

/** Of so many publishers of a key is known what they published last, and for so long after that. */
const MOST_PUBLISHERS = 10_000;
const MEMORY_MS = 24 * 60 * 60 * 1000;
const MOST_CHARACTERS = 128;

/** Throws `invalid_argument` for a name or number that cannot be. */
export function checkPublication({ publisher, sequence }: Publication): void {
  const isNamed = publisher.length > 0 && publisher.length <= MOST_CHARACTERS;
  if (isNamed && Number.isSafeInteger(sequence) && sequence >= 0) return;
  const text = `a publisher has a name of 1 to ${MOST_CHARACTERS} characters and counts in whole numbers from 0 up`;
  throw new MillraceError("invalid_argument", text);
}

const PUBLISHER_KEY = "millrace-publisher";
const SEQUENCE_KEY = "millrace-sequence";

/** What says to `publicationOf` who publishes what. */
export function metadataOf({ publisher, sequence }: Publication): Metadata {
  return { [PUBLISHER_KEY]: publisher, [SEQUENCE_KEY]: String(sequence) };
}

/**
 * What a `Publisher` says with its call, for `topic.publish(key, event, publicationOf(call))`; `undefined` when another
 * one calls. Who may call may use any name: put yours in front where callers are not to be trusted with those of others.
 * Throws `invalid_argument` for a name or number that cannot be.
 */
export function publicationOf({ metadata }: Pick<Call, "metadata">): Publication | undefined {
  const { [PUBLISHER_KEY]: publisher, [SEQUENCE_KEY]: sequence } = metadata;
  if (typeof publisher !== "string" || typeof sequence !== "string") return undefined;
  const publication = { publisher, sequence: sequence === "" ? NaN : Number(sequence) };
  checkPublication(publication);
  return publication;
}

/** Whether neither events nor publishers are kept of a log to which nothing was appended since `lastMs`. */
export function isSpentSince(lastMs: number, nowMs: number, ageMs: number): boolean {
  return nowMs - lastMs > Math.max(MEMORY_MS, ageMs);
}

/** The last event of each publisher of one key, so that what is published again is kept once. */
export class Publishers {
  /** By name, who was silent for longest first. */
  private readonly last = new Map<string, Published>();

  /**
   * The offset of an event that was published already; `undefined` for a new one. Throws `already_exists` for one that
   * came before the publisher's last.
   * @param last what is newer than what was noted.
   */
  find({ publisher, sequence }: Publication, last = this.last.get(publisher)): number | undefined {
    if (!last || sequence > last.sequence) return undefined;
    if (sequence === last.sequence) return last.offset;
    const text = `${publisher} has published number ${last.sequence}: ${sequence} comes too late, publish one after the other`;
    throw new MillraceError("already_exists", text);
  }

  /** Notes what was published; returns the publishers that are forgotten for it. */
  note(publisher: string, published: Published): string[] {
    this.last.delete(publisher);
    this.last.set(publisher, published);
    const forgotten: string[] = [];
    for (const [name, { timeMs }] of this.last) {
      if (this.last.size <= MOST_PUBLISHERS && timeMs > published.timeMs - MEMORY_MS) break;
      this.last.delete(name);
      forgotten.push(name);
    }
    return forgotten;
  }
}
