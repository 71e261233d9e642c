import { MillraceError } from "../error.js";
import type { Clock } from "../link/clock.js";
import type { CallOptions } from "./call.js";
import { atCaller } from "./caller-stack.js";
import { expired, refuseEnded, timeLeft } from "./deadline.js";
import { onAbort } from "./on-abort.js";
import { dismiss } from "./outgoing.js";
import type { Caller, Items, Method, MethodInfo, Stream, TopicMethod } from "./service.js";
import type { SubscribeOptions, Subscription } from "./subscription.js";

/** Says by whom calls are made. */
export interface Gate {
  /** Who makes a call now; `undefined` when it has to wait, or fails. */
  now(): Caller | undefined;
  /** Resolves with who makes a call, rejects with why nobody does. `gone` aborts when the call waits no longer. */
  later(options: CallOptions, gone: AbortSignal): Promise<Caller>;
}

/** A caller whose calls wait where they cannot be made at once; the wait counts for their deadlines. */
export class GatedCaller implements Caller {
  constructor(
    private readonly gate: Gate,
    private readonly clock: Clock,
  ) {}

  unary<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: CallOptions): Promise<Res> {
    return (
      this.gate.now()?.unary(method, request, options) ??
      this.later(method, options, (late, left) => late.unary(method, request, left))
    );
  }

  serverStream<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: CallOptions): Stream<Res> {
    return this.stream(method, options, [], (caller, left) => caller.serverStream(method, request, left));
  }

  subscribe<Req, Res>(
    topic: TopicMethod<Req, Res>,
    request: Partial<Req>,
    options?: SubscribeOptions,
  ): Subscription<Res> {
    const call: LateCall<Subscription<Res>> = (caller, left) => caller.subscribe(topic, request, left);
    return (
      this.gate.now()?.subscribe(topic, request, options) ??
      topic.subscribing.late((gone) => this.later(topic, options, call, [], gone))
    );
  }

  clientStream<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options?: CallOptions): Promise<Res> {
    return (
      this.gate.now()?.clientStream(method, requests, options) ??
      this.later(method, options, (late, left) => late.clientStream(method, requests, left), requests)
    );
  }

  duplex<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options?: CallOptions): Stream<Res> {
    return this.stream(method, options, requests, (caller, left) => caller.duplex(method, requests, left));
  }

  private stream<Res>(
    method: MethodInfo,
    options: CallOptions | undefined,
    requests: Items<unknown>,
    call: (caller: Caller, options: CallOptions | undefined) => Stream<Res>,
  ): Stream<Res> {
    const caller = this.gate.now();
    if (caller) return call(caller, options);
    const gone = new AbortController();
    return new LateStream(this.later(method, options, call, requests, gone), gone);
  }

  private later<T>(
    method: MethodInfo,
    options: CallOptions = {},
    call: LateCall<T>,
    requests?: Items<unknown>,
    gone?: AbortController,
  ): Promise<T> {
    return callLater(this.clock, method, options, (signal) => this.gate.later(options, signal), call, requests, gone);
  }
}

/** Makes a call that has waited, with the time that is left to it. */
export type LateCall<T> = (caller: Caller, left: CallOptions) => T | Promise<T>;

/**
 * Makes a call when `find` has found by whom; rejects as the call would when its time or a signal ends the wait.
 * @param gone ends the wait when it is aborted, and is aborted when that ends.
 */
export async function callLater<T>(
  clock: Clock,
  method: MethodInfo,
  options: CallOptions,
  find: (gone: AbortSignal) => Promise<Caller>,
  call: LateCall<T>,
  requests: Items<unknown> = [],
  gone = new AbortController(),
): Promise<T> {
  const start = clock.now();
  let caller: Caller | undefined;
  try {
    const timeoutMs = timeLeft(options);
    refuseEnded(options, timeoutMs, method.path);
    const signals = [gone.signal, options.signal, options.via?.signal].filter((signal) => signal !== undefined);
    caller = await within(clock, timeoutMs, signals, find(gone.signal));
    refuseEnded(options, Infinity, method.path);
    if (!caller) throw expired(timeoutMs, method.path);
  } catch (error) {
    void dismiss(requests);
    return atCaller(MillraceError.from(error));
  } finally {
    gone.abort();
  }
  return call(caller, { ...options, timeoutMs: (options.timeoutMs ?? Infinity) - (clock.now() - start) });
}

/** What `work` resolves with; `undefined` when the time or a signal comes first. */
export function within<T>(
  clock: Clock,
  timeoutMs: number,
  signals: readonly AbortSignal[],
  work: Promise<T>,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      timer?.cancel();
      for (const stop of stops) stop();
    };
    // What is waited for may never come then.
    const give = (): void => {
      done();
      resolve(undefined);
    };
    const timer = timeoutMs === Infinity ? undefined : clock.after(timeoutMs, give);
    const stops = signals.map((signal) => onAbort(signal, give));
    void work.then(resolve, reject).finally(done);
  });
}

/** A stream of a call that has not been made yet. */
export class LateStream<T, S extends Stream<T> = Stream<T>> implements Stream<T> {
  /** Whether it was left, or has failed: then there is nothing more. */
  private isOver = false;

  /** @param gone ends the wait for the call. */
  constructor(
    private readonly stream: Promise<S>,
    private readonly gone: AbortController,
  ) {
    stream.catch(() => {});
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    try {
      return await (await this.stream).next();
    } catch (error) {
      if (this.isOver) return { done: true, value: undefined };
      this.isOver = true;
      throw error;
    }
  }

  return(): Promise<IteratorResult<T>> {
    this.isOver = true;
    this.gone.abort();
    void this.stream.then((stream) => stream.return?.()).catch(() => {});
    return Promise.resolve({ done: true, value: undefined });
  }

  async *batches(): AsyncGenerator<T[], void, undefined> {
    try {
      yield* (await this.stream).batches();
    } catch (error) {
      if (!this.isOver) throw error;
    } finally {
      await this.return();
    }
  }
}
