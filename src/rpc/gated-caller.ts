import { MillraceError } from "../error.js";
import type { Clock } from "../link/clock.js";
import type { CallOptions } from "./call.js";
import { atCaller } from "./caller-stack.js";
import { timeLeft } from "./client-call.js";
import { dismiss } from "./outgoing.js";
import type { Caller, Items, Method, Stream } from "./service.js";
import { forEach, type Position, type SubscribeOptions, type Subscription } from "./subscription.js";

/** A caller whose first calls wait until they are admitted; the wait counts for their deadlines. */
export class GatedCaller implements Caller {
  private isOpen = false;

  /** @param admit resolves when calls may go on, rejects with why not; is asked again until it resolves. */
  constructor(
    private readonly caller: Caller,
    private readonly clock: Clock,
    private readonly admit: () => Promise<void>,
  ) {}

  unary<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: CallOptions): Promise<Res> {
    return this.pass(options, (left) => this.caller.unary(method, request, left));
  }

  serverStream<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: CallOptions): Stream<Res> {
    if (this.isOpen) return this.caller.serverStream(method, request, options);
    return new LateStream(this.pass(options, (left) => this.caller.serverStream(method, request, left)));
  }

  subscribe<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: SubscribeOptions): Subscription<Res> {
    if (this.isOpen) return this.caller.subscribe(method, request, options);
    return new LateSubscription(this.pass(options, (left) => this.caller.subscribe(method, request, left)));
  }

  clientStream<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options?: CallOptions): Promise<Res> {
    return this.pass(options, (left) => this.caller.clientStream(method, requests, left), requests);
  }

  duplex<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options?: CallOptions): Stream<Res> {
    if (this.isOpen) return this.caller.duplex(method, requests, options);
    return new LateStream(this.pass(options, (left) => this.caller.duplex(method, requests, left), requests));
  }

  private async pass<T>(
    options: CallOptions | undefined,
    call: (left: CallOptions | undefined) => T | Promise<T>,
    requests: Items<unknown> = [],
  ): Promise<T> {
    if (this.isOpen) return call(options);
    const start = this.clock.now();
    let isAdmitted: boolean;
    try {
      isAdmitted = await this.wait(options);
    } catch (error) {
      dismiss(requests);
      return atCaller(MillraceError.from(error));
    }
    if (isAdmitted) this.isOpen = true;
    const waitedMs = this.clock.now() - start;
    // Without time left, the call fails before anything is sent, and says by what it was ended.
    return call({ ...options, timeoutMs: isAdmitted ? (options?.timeoutMs ?? Infinity) - waitedMs : 0 });
  }

  /** Resolves with `true` when calls may go on, with `false` when the deadline or a signal of this one came first. */
  private wait(options: CallOptions = {}): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const timeoutMs = timeLeft(options);
      const signals = [options.signal, options.via?.signal].filter((signal) => signal !== undefined);
      if (timeoutMs <= 0 || signals.some(({ aborted }) => aborted)) return resolve(false);
      const give = (): void => resolve(false);
      const timer = timeoutMs === Infinity ? undefined : this.clock.after(timeoutMs, give);
      for (const signal of signals) signal.addEventListener("abort", give);
      const done = (): void => {
        timer?.cancel();
        for (const signal of signals) signal.removeEventListener("abort", give);
      };
      void this.admit()
        .then(() => resolve(true), reject)
        .finally(done);
    });
  }
}

/** A stream of a call that has not been made yet. */
class LateStream<T, S extends Stream<T> = Stream<T>> implements Stream<T> {
  constructor(protected readonly stream: Promise<S>) {
    stream.catch(() => {});
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    return (await this.stream).next();
  }

  async return(): Promise<IteratorResult<T>> {
    const none: IteratorResult<T> = { done: true, value: undefined };
    return this.stream.then((stream) => stream.return?.() ?? none).catch(() => none);
  }

  async *batches(): AsyncGenerator<T[], void, undefined> {
    yield* (await this.stream).batches();
  }
}

/** A subscription that has not been made yet. */
class LateSubscription<T> extends LateStream<T, Subscription<T>> implements Subscription<T> {
  private made: Subscription<T> | undefined;

  constructor(subscription: Promise<Subscription<T>>) {
    super(subscription.then((made) => (this.made = made)));
  }

  get offset(): number | undefined {
    return this.made?.offset;
  }

  get epoch(): number | undefined {
    return this.made?.epoch;
  }

  get position(): Position | undefined {
    return this.made?.position;
  }

  forEach(handler: (event: T, offset: number | undefined) => void | Promise<void>): Promise<void> {
    return forEach(this, handler);
  }
}
