import { MillraceError } from "../error.js";
import { checkNumber } from "../link/limits.js";
import type { CallOptions } from "../rpc/call.js";
import { cancelled } from "../rpc/deadline.js";
import type { Link } from "../rpc/link.js";
import { METADATA_TEXT } from "../rpc/metadata.js";
import { onAbort } from "../rpc/on-abort.js";
import { pause } from "../topic/pause.js";
import { checkPublication, metadataOf } from "../topic/publishers.js";

/** How a publisher behaves. */
export interface PublisherOptions {
  /** Who publishes, in printable ASCII, which nobody else may be called; a random name by default. */
  readonly name?: string | undefined;
  /** The first number; 0 by default. With a name that was used before, it must be above all numbers of then. */
  readonly firstSequence?: number | undefined;
  /** How long each attempt may take before the next one; 10,000 by default. */
  readonly attemptTimeoutMs?: number | undefined;
  /** How many messages may wait; one more is refused with `resource_exhausted`. 1,000 by default. */
  readonly maxWaiting?: number | undefined;
}

/** Makes the call that publishes a message; `options` belong to the call. */
export type Publish<Message, Answer> = (message: Message, options: CallOptions) => Promise<Answer>;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
const MOST = 2 ** 31 - 1;
/** With these it is not known whether the message was published, or it is known that it may be later. */
const PASSING: ReadonlySet<string> = new Set(["unavailable", "deadline_exceeded", "aborted"]);

/**
 * Publishes messages one after the other, each until its server has said that it is published, over whatever connections that
 * takes. Each has a number that goes with its call, by which the server publishes it once: see `publicationOf`.
 */
export class Publisher<Message, Answer> {
  readonly name: string;
  private sequence: number;
  private waiting = 0;
  private last: Promise<unknown> = Promise.resolve();
  private readonly attemptTimeoutMs: number;
  private readonly maxWaiting: number;

  /** Throws `invalid_argument` for a name that cannot be, and for a number out of range. */
  constructor(
    private readonly link: Link,
    private readonly send: Publish<Message, Answer>,
    { name, firstSequence = 0, attemptTimeoutMs = 10_000, maxWaiting = 1_000 }: PublisherOptions = {},
  ) {
    this.name = name ?? randomName(link.runtime.random);
    this.sequence = firstSequence;
    this.attemptTimeoutMs = attemptTimeoutMs;
    this.maxWaiting = maxWaiting;
    checkPublication({ publisher: this.name, sequence: firstSequence });
    checkName(this.name);
    checkNumber("attemptTimeoutMs", attemptTimeoutMs, 1, MOST);
    checkNumber("maxWaiting", maxWaiting, 1, MOST);
  }

  /**
   * Resolves with the server's answer when the message is published. Rejects with what the server refuses it for; it is not
   * published then, unless it was by an attempt before, whose answer was lost; with `unavailable` when the link is closed for good, and `cancelled` by `signal`: then it may have
   * been published. Rejects with `resource_exhausted` when too many wait. Messages are published in the order of the calls.
   */
  publish(message: Message, signal?: AbortSignal): Promise<Answer> {
    if (this.waiting >= this.maxWaiting) return Promise.reject(tooMany(this.maxWaiting));
    this.waiting++;
    const published = this.last.then(() => this.publishNow(message, signal));
    this.last = published.catch(() => {}).then(() => this.waiting--);
    return signal ? unlessAborted(published, signal) : published;
  }

  private async publishNow(message: Message, signal: AbortSignal | undefined): Promise<Answer> {
    const metadata = metadataOf({ publisher: this.name, sequence: this.sequence++ });
    const options = { metadata, signal, waitForReady: true, timeoutMs: this.attemptTimeoutMs };
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        return await this.send(message, options);
      } catch (error) {
        const isPassing = error instanceof MillraceError && PASSING.has(error.code);
        if (!isPassing || this.link.state === "closed") throw error;
      }
      await pause(this.link, pauseMs * (0.5 + this.link.runtime.random()), signal);
    }
  }
}

/** Settles as `work` does, or as cancelled as soon as `signal` aborts: the turn of a message may never come. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(cancelled(signal));
    if (signal.aborted) end();
    const unwatch = onAbort(signal, end);
    void work.then(resolve, reject).finally(unwatch);
  });
}

/** Throws `invalid_argument` for a name that may not go with a call. */
function checkName(name: string): void {
  if (METADATA_TEXT.test(name)) return;
  throw new MillraceError("invalid_argument", "a publisher's name is printable ASCII, as it is in a call's metadata");
}

function randomName(random: () => number): string {
  return Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32).toString(36)).join("-");
}

function tooMany(count: number): MillraceError {
  return new MillraceError(
    "resource_exhausted",
    `${count} messages wait to be published: await publish() before the next`,
  );
}
