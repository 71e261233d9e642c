import type { Clock } from "../link/clock.js";
import type { CallOptions } from "./call.js";
import { chain, type ClientInterceptor, type ClientStep, type Next, one, only } from "./interceptor.js";
import { dismiss, Iterated } from "./iterated.js";
import type { onAbort } from "./on-abort.js";
import type { Caller, Items, Method, Stream, TopicMethod } from "./service.js";
import { forEach, type Position, type SubscribeOptions, type Subscription } from "./subscription.js";

/**
 * What puts interceptors before a caller, the first one outermost; `undefined` without any.
 * @param watch handed in, lest what a page loads later for interceptors cuts what it loads first in two.
 */
export function intercepting(
  interceptors: readonly ClientInterceptor[] = [],
  clock: Clock,
  watch: typeof onAbort,
): ((caller: Caller) => Caller) | undefined {
  if (interceptors.length === 0) return undefined;
  return (caller) => new InterceptedCaller(caller, interceptors, clock, watch);
}

/** A caller whose calls go through interceptors first. */
class InterceptedCaller implements Caller {
  constructor(
    private readonly caller: Caller,
    private readonly interceptors: readonly ClientInterceptor[],
    private readonly clock: Clock,
    private readonly watch: typeof onAbort,
  ) {}

  unary<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options: CallOptions = {}): Promise<Res> {
    return this.single({ method, requests: one(() => request), options }, ({ requests, options: own }) =>
      one(async () => (await this.caller.unary(method, await only<Req>(requests, method), own)) as object),
    );
  }

  serverStream<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options: CallOptions = {}): Stream<Res> {
    const { caller } = this;
    return this.stream({ method, requests: one(() => request), options }, async function* (step) {
      yield* caller.serverStream(method, await only<Req>(step.requests, method), step.options) as AsyncIterable<object>;
    });
  }

  clientStream<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options: CallOptions = {}): Promise<Res> {
    return this.single({ method, requests: each(requests), options }, (step) =>
      one(async () => (await this.caller.clientStream(method, step.requests as Items<Req>, step.options)) as object),
    );
  }

  duplex<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options: CallOptions = {}): Stream<Res> {
    return this.stream({ method, requests: each(requests), options }, (step) => {
      return this.caller.duplex(method, step.requests as Items<Req>, step.options) as AsyncIterable<object>;
    });
  }

  subscribe<Req, Res>(
    method: TopicMethod<Req, Res>,
    request: Partial<Req>,
    options: SubscribeOptions = {},
  ): Subscription<Res> {
    const { caller } = this;
    const place: Place = { current: undefined, isAhead: false };
    const events = this.stream<Res>({ method, requests: one(() => request), options }, async function* (step) {
      const current = caller.subscribe(method, await only<Req>(step.requests, method), step.options);
      place.current = current;
      for await (const event of current) {
        place.isAhead = true;
        yield event as object;
      }
    });
    return new InterceptedSubscription(events, place);
  }

  private async single<Res>(step: ClientStep, last: Next<ClientStep>): Promise<Res> {
    try {
      return await only(this.run(step, last), step.method);
    } finally {
      void dismiss(step.requests);
    }
  }

  private stream<Res>(step: ClientStep, last: Next<ClientStep>): Stream<Res> {
    const left = new AbortController();
    const given = step.options.signal;
    // `AbortSignal.any` would leave something behind with the signal given, which may be that of all calls.
    const abort = (): void => left.abort(given?.reason);
    if (given?.aborted) abort();
    const unwatch = given && this.watch(given, abort);
    const { signal } = left;
    const answers = this.runAll({ ...step, options: { ...step.options, signal } }, last, unwatch);
    return new Iterated<Res>(answers, () => left.abort()).start();
  }

  private async *runAll(step: ClientStep, last: Next<ClientStep>, ended?: () => void): AsyncGenerator<object> {
    try {
      yield* this.run(step, last);
    } finally {
      ended?.();
      void dismiss(step.requests);
    }
  }

  /** The time that interceptors take, and each further `next`, counts for the call's time limit. */
  private run(step: ClientStep, last: Next<ClientStep>): AsyncIterable<object> {
    const { clock } = this;
    const end = clock.now() + (step.options.timeoutMs ?? Infinity);
    const lastInTime: Next<ClientStep> = ({ method, requests, options }) => {
      const timeoutMs = Math.min(options.timeoutMs ?? Infinity, end - clock.now());
      return last({ method, requests, options: { ...options, timeoutMs } });
    };
    return chain(this.interceptors, lastInTime)(step);
  }
}

/** Items of one type as interceptors see them. */
function each<T>(items: Items<T>): AsyncIterable<object> {
  return (Symbol.asyncIterator in items ? items : later(items)) as AsyncIterable<object>;
}

async function* later<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** The subscription that an interceptor's `next` made last. */
interface Place {
  current: Pick<Subscription<unknown>, "offset" | "epoch" | "position"> | undefined;
  /** Whether interceptors were given an event: the first one is asked for before anybody reads. */
  isAhead: boolean;
}

/** What interceptors yield for a subscription, with the place in the one beneath. */
class InterceptedSubscription<T> implements Subscription<T> {
  private isRead = false;

  constructor(
    private readonly events: Stream<T>,
    private readonly place: Place,
  ) {}

  get offset(): number | undefined {
    return this.reached?.offset;
  }

  get epoch(): number | undefined {
    return this.place.current?.epoch;
  }

  get position(): Position | undefined {
    return this.reached?.position;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    const result = await this.events.next();
    this.isRead = true;
    return result;
  }

  return(): Promise<IteratorResult<T>> {
    return this.events.return!();
  }

  async *batches(): AsyncGenerator<T[], void, undefined> {
    for await (const batch of this.events.batches()) {
      this.isRead = true;
      yield batch;
    }
  }

  forEach(handler: (event: T, offset: number | undefined) => void | Promise<void>): Promise<void> {
    return forEach(this, handler);
  }

  /** The subscription beneath, unless it has got on and nothing of it was read. */
  private get reached(): Place["current"] {
    return this.place.isAhead && !this.isRead ? undefined : this.place.current;
  }
}
