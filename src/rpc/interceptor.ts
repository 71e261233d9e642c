import { MillraceError } from "../error.js";
import type { Call, CallOptions } from "./call.js";
import type { MethodInfo } from "./service.js";

/**
 * Stands around each call of a link or a server, whatever its kind: it is given a step and yields the answers, one of
 * them when the method has one answer. `next(step)` goes on with the call.
 *
 * ```ts
 * const timed: ServerInterceptor = async function* (step, next) {
 *   const start = performance.now();
 *   try {
 *     yield* next(step);
 *   } finally {
 *     console.log(step.method.path, performance.now() - start);
 *   }
 * };
 * ```
 *
 * It may change a step (`next({ ...step, requests: … })`), change, add or drop answers, throw, catch, call `next` again, or
 * not at all. It reads a message before it asks for the next, for `bytes` may be borrowed. An interceptor takes a call as
 * soon as the one around it does; the first one given is the outermost.
 */
export type Interceptor<S extends Step> = (step: S, next: Next<S>) => AsyncIterable<object>;

/** Goes on with a call and yields its answers. */
export type Next<S extends Step> = (step: S) => AsyncIterable<object>;

/** Around calls made here. */
export type ClientInterceptor = Interceptor<ClientStep>;

/** Around calls answered here. */
export type ServerInterceptor = Interceptor<ServerStep>;

/** What interceptors on both sides see of a call. */
export interface Step {
  readonly method: MethodInfo;
  /** The requests, messages of the method's type; can be iterated once more when the method takes one request. */
  readonly requests: AsyncIterable<object>;
}

/** A call that is made here. */
export interface ClientStep extends Step {
  /**
   * Its `signal` also aborts when the caller leaves a stream. The time limit counts from when the call was made, and ends
   * whatever `next` does; an interceptor that waits for something else minds the time itself.
   */
  readonly options: CallOptions;
}

/** A call that is answered here. */
export interface ServerStep extends Step {
  /** The same object as the handler gets, so that a `WeakMap` can keep what is found out about a call. */
  readonly call: Call;
}

/** All interceptors and then `last`, as one function. */
export function chain<S extends Step>(interceptors: readonly Interceptor<S>[], last: Next<S>): Next<S> {
  return interceptors.reduceRight<Next<S>>((next, interceptor) => (step) => interceptor(step, next), last);
}

/** One item, made when it is asked for, as often as it is iterated over. */
export function one(make: () => object | Promise<object>): AsyncIterable<object> {
  return { [Symbol.asyncIterator]: () => new Once(make) };
}

/** Written out because a generator costs more than the rest of a call. */
class Once implements AsyncIterator<object> {
  private isDone = false;

  constructor(private readonly make: () => object | Promise<object>) {}

  async next(): Promise<IteratorResult<object>> {
    if (this.isDone) return { done: true, value: undefined };
    this.isDone = true;
    return { done: false, value: await this.make() };
  }

  return(): Promise<IteratorResult<object>> {
    this.isDone = true;
    return Promise.resolve({ done: true, value: undefined });
  }
}

/** The one item of `items`. Rejects with `internal` when it yields none or more, which only an interceptor can cause. */
export async function only<T>(items: AsyncIterable<object>, method: MethodInfo): Promise<T> {
  let count = 0;
  let last: object | undefined;
  for await (const item of items) {
    last = item;
    count++;
  }
  if (count === 1) return last as T;
  throw new MillraceError("internal", `the interceptors of ${method.path} made ${count} messages out of one`);
}
