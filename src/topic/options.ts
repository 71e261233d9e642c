import { MillraceError } from "../error.js";
import { checkNumber } from "../link/limits.js";
import type { Retention, TopicStore } from "./store.js";

/**
 * What happens to a subscriber for whom more waits than may: its subscription ends (`close`), it misses the oldest or the
 * newest of what waits, or the publisher waits for it (`wait`). `conflate`: as soon as it lags, it gets of each key the newest
 * event only, and misses the oldest when these are too many still.
 */
export type SlowPolicy = "close" | "drop-oldest" | "drop-newest" | "conflate" | "wait";

/** How a topic behaves. */
export interface TopicOptions<Req, Res> {
  /** What is kept of each key for those who come later or again: 100 events and 64 KiB, of any age, unless this says otherwise. */
  readonly history?: Partial<Retention> | undefined;
  /** What to do with subscribers that are too slow; `drop-oldest` by default. */
  readonly slow?: SlowPolicy | undefined;
  /** What `conflate` tells events of a key apart by; without it they are all the same, and the newest of all counts. */
  readonly conflateBy?: ((event: Partial<Res>) => unknown) | undefined;
  /** What may wait for one subscriber of one key, 64 bytes for each event included; 1 MiB by default. */
  readonly maxWaitingBytes?: number | undefined;
  /** Longest event, encoded, up to 1 MiB less 24 bytes; 64 KiB by default. Receivers have limits of their own, too. */
  readonly maxEventBytes?: number | undefined;
  /** Keys with subscribers or history; 1,000,000 by default. Above it, the history of one without subscribers is dropped. */
  readonly maxKeys?: number | undefined;
  /**
   * What a new subscriber is given before the events that come from then on, so that it knows what was before: the state as
   * it is when this is called. While a promise is waited for, events wait behind it, and may be in what it resolves with. All
   * of an iterable is taken at once.
   */
  readonly snapshot?: ((key: Req) => Iterable<Partial<Res>> | Promise<Iterable<Partial<Res>>>) | undefined;
  /** Where events are kept; in memory by default, which they leave with the process. */
  readonly store?: TopicStore | undefined;
}

/** What may wait for a subscriber, and what happens then. */
export interface Pace {
  readonly slow: SlowPolicy;
  readonly maxWaitingBytes: number;
}

/** The options of a topic with their defaults. */
export interface Settings<Req, Res> extends Pace {
  readonly history: Retention;
  readonly conflateBy: ((event: Partial<Res>) => unknown) | undefined;
  readonly maxEventBytes: number;
  readonly maxKeys: number;
  readonly snapshot: ((key: Req) => Iterable<Partial<Res>> | Promise<Iterable<Partial<Res>>>) | undefined;
}

/** Header and offset of an EVENT frame. */
export const EVENT_HEAD_BYTES = 24;
const LONGEST_FRAME_BYTES = 1024 * 1024;

const POLICIES: ReadonlySet<string> = new Set(["close", "drop-oldest", "drop-newest", "conflate", "wait"]);
const HISTORY: Retention = { events: 100, bytes: 64 * 1024, ageMs: Infinity };

/** `given` over the defaults. Throws `invalid_argument` for what is unknown or out of range. */
export function checkTopicOptions<Req, Res>(given: TopicOptions<Req, Res>): Settings<Req, Res> {
  const { slow = "drop-oldest", conflateBy, snapshot } = given;
  if (!POLICIES.has(slow)) throw invalid(`slow: "${slow}" is none of ${[...POLICIES].join(", ")}`);
  if (conflateBy && slow !== "conflate") throw invalid(`conflateBy is for slow: "conflate"`);
  const { maxWaitingBytes = 1024 * 1024, maxEventBytes = 64 * 1024, maxKeys = 1_000_000 } = given;
  checkNumber("a topic's maxWaitingBytes", maxWaitingBytes, 0, 2 ** 32);
  checkNumber("a topic's maxEventBytes", maxEventBytes, 1, LONGEST_FRAME_BYTES - EVENT_HEAD_BYTES);
  checkNumber("a topic's maxKeys", maxKeys, 1, 2 ** 24);
  return {
    history: checkHistory(given.history),
    slow,
    conflateBy,
    maxWaitingBytes,
    maxEventBytes,
    maxKeys,
    snapshot,
  };
}

function checkHistory(given: Partial<Retention> = {}): Retention {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(HISTORY, name)) throw invalid(`history has no bound called ${name}`);
  }
  const history = { ...HISTORY, ...given };
  for (const [name, value] of Object.entries(history)) {
    if (value !== Infinity) checkNumber(`a topic's history.${name}`, value, 0, Number.MAX_SAFE_INTEGER);
  }
  return history;
}

function invalid(text: string): MillraceError {
  return new MillraceError("invalid_argument", `a topic's ${text}`);
}
