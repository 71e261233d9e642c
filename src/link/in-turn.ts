import type { Stream } from "./stream.js";
import type { Supply, Turns } from "./turns.js";

/** Streams in the order of their turns, and how to wake them. */
type Waiting = Map<Stream, () => void>;

/** What there is only so much of. */
type Good = "room" | "socket" | "credit";

interface Queue {
  readonly good: Good;
  /** Those that had their turn and found nothing left; they go before the others. */
  readonly again: Waiting;
  readonly first: Waiting;
}

const NO_QUEUES: readonly Queue[] = [];

/**
 * Streams that look again one by one, in the order they came, and no more of them than there is something for: a peer that
 * has thousands of them wait makes this side look at few for each CREDIT it sends, and for each byte it reads.
 */
export class InTurn implements Turns {
  /** Made for the first that waits. */
  private queues = NO_QUEUES;
  /** How many wait, in whatever queue. */
  private count = 0;

  constructor(private readonly supply: Supply) {}

  wait(stream: Stream, isAgain: boolean): Promise<void> {
    const { again, first } = this.queueFor(this.supply.isCongested ? "socket" : "credit");
    return this.join(isAgain ? again : first, stream);
  }

  waitToAnswer(stream: Stream): Promise<void> {
    return this.join(this.queueFor("room").first, stream);
  }

  pass(stream: Stream): Promise<void> | undefined {
    if (this.count === 0) return undefined;
    for (const queue of this.queues) {
      if (queue.good === "room" || sizeOf(queue) === 0 || !this.hasSome(queue.good)) continue;
      const turn = this.join(queue.first, stream);
      this.next(queue);
      return turn;
    }
    return undefined;
  }

  open(): void {
    for (const queue of this.queues) this.next(queue);
  }

  leave(stream?: Stream): void {
    for (const { again, first } of this.queues) {
      for (const waiting of [again, first]) {
        for (const leaving of stream ? [stream] : waiting.keys()) this.admit(waiting, leaving);
      }
    }
  }

  private queueFor(good: Good): Queue {
    if (this.queues === NO_QUEUES) this.queues = [queueFor("room"), queueFor("socket"), queueFor("credit")];
    return this.queues.find((queue) => queue.good === good)!;
  }

  private join(waiting: Waiting, stream: Stream): Promise<void> {
    this.count++;
    return new Promise((wake) => waiting.set(stream, wake));
  }

  private admit(waiting: Waiting, stream: Stream): void {
    const wake = waiting.get(stream);
    if (!wake) return;
    this.count--;
    waiting.delete(stream);
    wake();
  }

  private hasSome(good: Good): boolean {
    const { isFull, isCongested, hasCredit } = this.supply;
    if (good === "room") return !isFull;
    return !isCongested && (hasCredit || good === "socket");
  }

  /** @param left who comes while turns are taken waits for the next ones. */
  private next(queue: Queue, left = sizeOf(queue)): void {
    const waiting = queue.again.size > 0 ? queue.again : queue.first;
    const [stream] = waiting.keys();
    if (left === 0 || !stream || !this.hasSome(queue.good)) return;
    this.admit(waiting, stream);
    // In the meantime, it takes what it needs.
    void Promise.resolve().then(() => this.next(queue, left - 1));
  }
}

function queueFor(good: Good): Queue {
  return { good, again: new Map(), first: new Map() };
}

function sizeOf({ again, first }: Queue): number {
  return again.size + first.size;
}
