import type { Stream } from "./stream.js";
import type { Supply, Turns } from "./turns.js";

/** Streams in the order of their turns, and how to wake them. */
type Waiting = Map<Stream, () => void>;

/** Those that had their turn and found nothing left go before the others. */
interface Queue {
  readonly again: Waiting;
  readonly first: Waiting;
}

/**
 * Streams that look again one by one, in the order they came, and no more of them than there is something for: a peer that
 * has thousands of them wait makes this side look at few for each CREDIT it sends, and for each byte it reads.
 */
export class InTurn implements Turns {
  private readonly toAnswer: Queue = { again: new Map(), first: new Map() };
  private readonly forSocket: Queue = { again: new Map(), first: new Map() };
  private readonly forCredit: Queue = { again: new Map(), first: new Map() };

  constructor(private readonly supply: Supply) {}

  wait(stream: Stream, isAgain: boolean): Promise<void> {
    const { again, first } = this.supply.isCongested ? this.forSocket : this.forCredit;
    return new Promise((wake) => (isAgain ? again : first).set(stream, wake));
  }

  waitToAnswer(stream: Stream): Promise<void> {
    return new Promise((wake) => this.toAnswer.first.set(stream, wake));
  }

  pass(stream: Stream): Promise<void> | undefined {
    const queue = sizeOf(this.forSocket) > 0 ? this.forSocket : this.forCredit;
    if (sizeOf(queue) === 0 || !this.isOpen(queue)) return undefined;
    const turn = new Promise<void>((wake) => queue.first.set(stream, wake));
    this.next(queue);
    return turn;
  }

  open(): void {
    for (const queue of this.all) this.next(queue);
  }

  leave(stream?: Stream): void {
    for (const { again, first } of this.all) {
      for (const waiting of [again, first]) {
        for (const leaving of stream ? [stream] : waiting.keys()) admit(waiting, leaving);
      }
    }
  }

  private get all(): readonly Queue[] {
    return [this.toAnswer, this.forSocket, this.forCredit];
  }

  private isOpen(queue: Queue): boolean {
    const { isFull, isCongested, hasCredit } = this.supply;
    if (queue === this.toAnswer) return !isFull;
    return !isCongested && (hasCredit || queue === this.forSocket);
  }

  /** @param left who comes while turns are taken waits for the next ones. */
  private next(queue: Queue, left = sizeOf(queue)): void {
    const waiting = queue.again.size > 0 ? queue.again : queue.first;
    const [stream] = waiting.keys();
    if (left === 0 || !stream || !this.isOpen(queue)) return;
    admit(waiting, stream);
    // In the meantime, it takes what it needs.
    void Promise.resolve().then(() => this.next(queue, left - 1));
  }
}

function sizeOf({ again, first }: Queue): number {
  return again.size + first.size;
}

function admit(waiting: Waiting, stream: Stream): void {
  const wake = waiting.get(stream);
  waiting.delete(stream);
  wake?.();
}
