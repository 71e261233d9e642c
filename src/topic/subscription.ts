import { MillraceError } from "../error.js";
import { atCaller } from "../rpc/caller-stack.js";
import type { CallOptions } from "../rpc/call.js";
import { onAbort } from "../rpc/on-abort.js";
import type { Caller, Ground, Items, Method, Stream, TopicMethod } from "../rpc/service.js";
import { forEach, type Position, type SubscribeOptions, type Subscription } from "../rpc/subscription.js";
import { pause } from "./pause.js";
import { whenOpen } from "./when-open.js";

/** How long a subscription that a server refused waits before it is made again: twice as long each time. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** A caller whose subscriptions go on over the next connection when theirs is lost. */
export class ResumingCaller implements Caller {
  constructor(
    private readonly caller: Caller,
    private readonly ground: Ground,
  ) {}

  unary<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: CallOptions): Promise<Res> {
    return this.caller.unary(method, request, options);
  }

  serverStream<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: CallOptions): Stream<Res> {
    return this.caller.serverStream(method, request, options);
  }

  clientStream<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options?: CallOptions): Promise<Res> {
    return this.caller.clientStream(method, requests, options);
  }

  duplex<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options?: CallOptions): Stream<Res> {
    return this.caller.duplex(method, requests, options);
  }

  subscribe<Req, Res>(
    topic: TopicMethod<Req, Res>,
    request: Partial<Req>,
    options: SubscribeOptions = {},
  ): Subscription<Res> {
    const make = (own: SubscribeOptions): Subscription<Res> => this.caller.subscribe(topic, request, own);
    return new ResumingSubscription(make, this.ground, options);
  }
}

/**
 * One subscription over any number of connections. What was handed out decides where the next one starts, so that each event
 * comes once and in order, or is told as missing. It ends as a call does, but for `unavailable`, from which it goes on.
 */
class ResumingSubscription<T> implements Subscription<T> {
  offset: number | undefined;
  private current: Subscription<T>;
  /** Where those before `current` ended. */
  private place: Position | undefined;
  private lastEpoch: number | undefined;
  private readonly gone = new AbortController();
  private readonly endsAtMs: number;
  private resuming: Promise<void> | undefined;
  private pauseMs = FIRST_PAUSE_MS;
  /** How many wait for their next event, one after the other: of several, `current` would tell one alone that it was lost. */
  private asking = 0;
  private readonly askers: (() => void)[] = [];
  /** When `current` was made. */
  private madeAtMs: number;

  constructor(
    private readonly make: (options: SubscribeOptions) => Subscription<T>,
    private readonly ground: Ground,
    private readonly options: SubscribeOptions,
  ) {
    this.madeAtMs = ground.runtime.clock.now();
    this.endsAtMs = this.madeAtMs + (options.timeoutMs ?? Infinity);
    if (typeof options.from === "object") this.place = options.from;
    this.current = make(options);
  }

  get epoch(): number | undefined {
    return this.current.epoch ?? this.lastEpoch;
  }

  get position(): Position | undefined {
    return this.current.position ?? this.place;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    if (this.asking++ > 0) await new Promise<void>((resolve) => this.askers.push(resolve));
    for (;;) {
      const { current } = this;
      try {
        const result = await current.next();
        if (!result.done) this.offset = current.offset;
        this.answered();
        return result;
      } catch (error) {
        if (await this.resume(current, error).catch(this.failed)) continue;
        this.answered();
        return { done: true, value: undefined };
      }
    }
  }

  async return(): Promise<IteratorResult<T>> {
    this.gone.abort();
    await this.current.return!();
    return { done: true, value: undefined };
  }

  async *batches(): AsyncGenerator<T[], void, undefined> {
    try {
      for (;;) {
        const { current } = this;
        try {
          for await (const batch of current.batches()) {
            this.offset = current.offset;
            yield batch;
          }
          return;
        } catch (error) {
          if (!(await this.resume(current, error))) return;
        }
      }
    } finally {
      await this.return();
    }
  }

  forEach(handler: (event: T, offset: number | undefined) => void | Promise<void>): Promise<void> {
    return forEach(this, handler);
  }

  /** Lets the next one ask. */
  private answered(): void {
    if (--this.asking > 0) this.askers.shift()!();
  }

  private readonly failed = (error: unknown): never => {
    this.answered();
    throw error;
  };

  /**
   * Subscribes again behind what was handed out; returns whether it goes on, which it does not when it was left. Throws `error`
   * when that is no reason to, or there will be no connection.
   */
  private async resume(lost: Subscription<T>, error: unknown): Promise<boolean> {
    const { signal } = this.gone;
    if (signal.aborted) return false;
    if (!(error instanceof MillraceError) || error.code !== "unavailable") throw error;
    if (lost === this.current) this.resuming ??= this.again(lost, error).finally(() => (this.resuming = undefined));
    await this.resuming;
    return !signal.aborted;
  }

  private async again(lost: Subscription<T>, error: MillraceError): Promise<void> {
    const { ground, options, gone } = this;
    const isRefused = this.isRefused(lost);
    if (!isRefused) this.pauseMs = FIRST_PAUSE_MS;
    const ended = new AbortController();
    const unwatch = this.watch(ended);
    try {
      if (isRefused) await this.pause(ended.signal);
      await whenOpen(ground, ended.signal);
    } catch {
      // A call that is made too late, or that its signal has ended, says so itself.
      if (!ended.signal.aborted) return atCaller(error);
    } finally {
      unwatch();
    }
    if (gone.signal.aborted) return;
    this.place = lost.position ?? this.place;
    this.lastEpoch = lost.epoch ?? this.lastEpoch;
    const from = this.place ?? options.from;
    this.madeAtMs = ground.runtime.clock.now();
    this.current = this.make({ ...options, from, timeoutMs: this.endsAtMs - this.madeAtMs });
  }

  /** Whether the server does not have it now: it did not accept it, or ended it at once while the connection stays. */
  private isRefused({ epoch }: Subscription<T>): boolean {
    const { state, runtime } = this.ground;
    return epoch === undefined || (state === "open" && runtime.clock.now() - this.madeAtMs < FIRST_PAUSE_MS);
  }

  /**
   * Aborts `ended` when the subscription's time is over, by its signal, with the call that it is made for, and when it is left,
   * until what is returned is called. `AbortSignal.any` would leave something behind with a signal that lives on.
   */
  private watch(ended: AbortController): () => void {
    const { clock } = this.ground.runtime;
    const end = (): void => ended.abort();
    const left = this.endsAtMs - clock.now();
    const timer = left === Infinity ? undefined : clock.after(Math.max(0, left), end);
    const { signal: own, via } = this.options;
    const signals = [this.gone.signal, own, via?.signal].filter((signal) => signal !== undefined);
    if (signals.some(({ aborted }) => aborted)) end();
    const unwatch = signals.map((signal) => onAbort(signal, end));
    return () => {
      timer?.cancel();
      for (const stop of unwatch) stop();
    };
  }

  private pause(ended: AbortSignal): Promise<void> {
    const ms = this.pauseMs;
    this.pauseMs = Math.min(ms * 2, LONGEST_PAUSE_MS);
    return pause(this.ground, ms, ended);
  }
}
