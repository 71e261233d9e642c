import { MillraceError } from "../error.js";
import type { Call } from "./call.js";
import { chain, type Next, one, only, type ServerInterceptor, type ServerStep } from "./interceptor.js";
import { dismiss, Iterated } from "./iterated.js";
import { ServerCall } from "./server-call.js";
import type { Answer, Items, Method, Router, Stream } from "./service.js";

/** `router` with interceptors before it, the first one outermost. */
export function intercepted(router: Router, interceptors: readonly ServerInterceptor[]): Router {
  return interceptors.length === 0 ? router : new InterceptedRouter(router, interceptors);
}

/** Registers handlers whose calls go through interceptors first. */
class InterceptedRouter implements Router {
  constructor(
    private readonly router: Router,
    private readonly interceptors: readonly ServerInterceptor[],
  ) {}

  unary<Req, Res>(method: Method<Req, Res>, handler: (request: Req, call: Call) => Answer<Res>): void {
    const run = chain<ServerStep>(this.interceptors, ({ requests, call }) =>
      one(async () => untilSettled(call, handler(await only<Req>(requests, method), call))),
    );
    this.router.unary(method, (request, call) =>
      only(run({ method, requests: one(() => request as object), call }), method),
    );
  }

  serverStream<Req, Res>(method: Method<Req, Res>, handler: (request: Req, call: Call) => Items<Res>): void {
    const run = chain<ServerStep>(
      this.interceptors,
      last(async ({ requests, call }) => handler(await only<Req>(requests, method), call)),
    );
    this.router.serverStream(method, (request, call) => run({ method, requests: one(() => request as object), call }));
  }

  clientStream<Req, Res>(method: Method<Req, Res>, handler: (requests: Stream<Req>, call: Call) => Answer<Res>): void {
    const run = chain<ServerStep>(this.interceptors, ({ requests, call }) =>
      one(async () => untilSettled(call, handler(streamOf(requests), call))),
    );
    this.router.clientStream(method, (requests, call) =>
      only(run({ method, requests: requests as Stream<object>, call }), method),
    );
  }

  duplex<Req, Res>(method: Method<Req, Res>, handler: (requests: Stream<Req>, call: Call) => Items<Res>): void {
    const run = chain<ServerStep>(
      this.interceptors,
      last(async ({ requests, call }) => handler(streamOf(requests), call)),
    );
    this.router.duplex(method, (requests, call) => run({ method, requests: requests as Stream<object>, call }));
  }
}

/** The last step of a call with many answers: what its handler yields. */
function last<Res>(answers: (step: ServerStep) => Promise<Items<Res>>): Next<ServerStep> {
  return async function* (step) {
    const settled = started(step.call);
    try {
      yield* leftWith(step.call, await answers(step));
    } finally {
      settled();
    }
  };
}

/** What a handler answers; it is noted that it runs until then. */
async function untilSettled<Res>(call: Call, answer: Answer<Res>): Promise<object> {
  const settled = started(call);
  try {
    return await answer;
  } finally {
    settled();
  }
}

/**
 * Notes that a handler runs, until what is returned is called. Interceptors that answer without waiting for it leave it with
 * what it was lent: it is told to stop, and that memory is not lent again.
 */
function started(call: Call): () => void {
  let isRunning = true;
  if (call instanceof ServerCall) {
    const { onSettled } = call;
    call.onSettled = () => {
      onSettled?.();
      if (isRunning) call.abort(new MillraceError("cancelled", `${call.path} was answered without its handler`));
    };
  }
  return () => (isRunning = false);
}

/**
 * What a handler yields, to be left as soon as its call ends: the generators around it pass that on only when its next item
 * has come.
 */
function leftWith<T>({ signal }: Call, items: Items<T>): Items<object> {
  if (!(Symbol.asyncIterator in items)) return items as Items<object>;
  const iterator = items[Symbol.asyncIterator]();
  const source = { [Symbol.asyncIterator]: () => iterator as AsyncIterator<object> };
  if (signal.aborted) void dismiss(source);
  else signal.addEventListener("abort", () => void dismiss(source), { once: true });
  return source;
}

/** The stream a link made when no interceptor has replaced it. */
function streamOf<T>(items: AsyncIterable<object>): Stream<T> {
  return "batches" in items ? (items as Stream<T>) : new Iterated<T>(items);
}
