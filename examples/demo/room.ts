import { Outbox } from "millrace";
import type { Message } from "../../schemas/gen/chat.js";

/** A room of the chat. It keeps nothing: it counts what is said, and passes it on to who is there. */
export class Room {
  readonly #listeners = new Set<Outbox<Message>>();
  #count = 0n;

  /** Numbers a message and resolves with its number when all who listen have taken it: the slowest sets the pace. */
  async say(message: Message): Promise<bigint> {
    const id = ++this.#count;
    const said = { ...message, sentAt: timestampOf(Date.now()) };
    // Whoever has just left takes nothing more, which is no reason to fail.
    await Promise.allSettled([...this.#listeners].map((listener) => listener.write(said)));
    return id;
  }

  /** What is said from now on, until `signal` aborts or `leave` is called. */
  listen(signal: AbortSignal): Outbox<Message> {
    const heard = new Outbox<Message>();
    this.#listeners.add(heard);
    signal.addEventListener("abort", () => this.leave(heard), { once: true });
    return heard;
  }

  leave(heard: Outbox<Message>): void {
    this.#listeners.delete(heard);
    heard.end();
  }
}

function timestampOf(ms: number): { seconds: bigint; nanos: number } {
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1_000_000 };
}
