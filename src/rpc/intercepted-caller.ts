import type { Clock } from "../link/clock.js";
import type { CallOptions } from "./call.js";
import { chain, type ClientInterceptor, type ClientStep, type Next, one, only } from "./interceptor.js";
import { Iterated } from "./iterated.js";
import { dismiss } from "./outgoing.js";
import type { Caller, Items, Method, MethodInfo, Stream } from "./service.js";

/** A caller whose calls go through interceptors first. */
export class InterceptedCaller implements Caller {
  constructor(
    private readonly caller: Caller,
    private readonly interceptors: readonly ClientInterceptor[],
    private readonly clock: Clock,
  ) {}

  unary<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options: CallOptions = {}): Promise<Res> {
    const { caller } = this;
    return this.single(method, one(request), options, async function* (step) {
      yield (await caller.unary(method, await only<Req>(step.requests, method), step.options)) as object;
    });
  }

  serverStream<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options: CallOptions = {}): Stream<Res> {
    const { caller } = this;
    return this.stream(method, one(request), options, async function* (step) {
      yield* caller.serverStream(method, await only<Req>(step.requests, method), step.options) as AsyncIterable<object>;
    });
  }

  clientStream<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options: CallOptions = {}): Promise<Res> {
    const { caller } = this;
    return this.single(method, each(requests), options, async function* (step) {
      yield (await caller.clientStream(method, step.requests as Items<Req>, step.options)) as object;
    });
  }

  duplex<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options: CallOptions = {}): Stream<Res> {
    const { caller } = this;
    return this.stream(method, each(requests), options, (step) => {
      return caller.duplex(method, step.requests as Items<Req>, step.options) as AsyncIterable<object>;
    });
  }

  private async single<Res>(
    method: MethodInfo,
    requests: AsyncIterable<object>,
    options: CallOptions,
    last: Next<ClientStep>,
  ): Promise<Res> {
    return only(this.run({ method, requests, options }, last), method);
  }

  private stream<Res>(
    method: MethodInfo,
    requests: AsyncIterable<object>,
    options: CallOptions,
    last: Next<ClientStep>,
  ): Stream<Res> {
    const left = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, left.signal]) : left.signal;
    const answers = this.run({ method, requests, options: { ...options, signal } }, last);
    return new Iterated<Res>(answers, () => left.abort()).start();
  }

  /** The time that interceptors take, and each further `next`, counts for the call's time limit. */
  private async *run(step: ClientStep, last: Next<ClientStep>): AsyncGenerator<object> {
    const { clock } = this;
    const end = clock.now() + (step.options.timeoutMs ?? Infinity);
    const lastInTime: Next<ClientStep> = ({ method, requests, options }) => {
      const timeoutMs = Math.min(options.timeoutMs ?? Infinity, end - clock.now());
      return last({ method, requests, options: { ...options, timeoutMs } });
    };
    try {
      yield* chain(this.interceptors, lastInTime)(step);
    } finally {
      dismiss(step.requests);
    }
  }
}

/** Items of one type as interceptors see them. */
function each<T>(items: Items<T>): AsyncIterable<object> {
  return (Symbol.asyncIterator in items ? items : later(items)) as AsyncIterable<object>;
}

async function* later<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
