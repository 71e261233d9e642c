import { MillraceError } from "../error.js";
import type { Call } from "./call.js";
import { chain, type Next, one, only, type ServerInterceptor, type ServerStep } from "./interceptor.js";
import { dismiss, Iterated } from "./iterated.js";
import { ServerCall } from "./server-call.js";
import type { Answer, Items, Method, MethodInfo, Router, Stream } from "./service.js";

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
      one(() => untilSettled(call, async () => handler(await only<Req>(requests, method), call))),
    );
    this.router.unary(method, (request, call) =>
      only(
        run(
          stepOf(
            method,
            one(() => request as object),
            call,
          ),
        ),
        method,
      ),
    );
  }

  serverStream<Req, Res>(method: Method<Req, Res>, handler: (request: Req, call: Call) => Items<Res>): void {
    const run = chain<ServerStep>(
      this.interceptors,
      last(async ({ requests, call }) => handler(await only<Req>(requests, method), call)),
    );
    this.router.serverStream(method, (request, call) =>
      run(
        stepOf(
          method,
          one(() => request as object),
          call,
        ),
      ),
    );
  }

  clientStream<Req, Res>(method: Method<Req, Res>, handler: (requests: Stream<Req>, call: Call) => Answer<Res>): void {
    const run = chain<ServerStep>(this.interceptors, ({ requests, call }) =>
      one(() => untilSettled(call, () => handler(streamOf(requests), call))),
    );
    this.router.clientStream(method, (requests, call) => only(run(stepOf(method, requests, call)), method));
  }

  duplex<Req, Res>(method: Method<Req, Res>, handler: (requests: Stream<Req>, call: Call) => Items<Res>): void {
    const run = chain<ServerStep>(
      this.interceptors,
      last(async ({ requests, call }) => handler(streamOf(requests), call)),
    );
    this.router.duplex(method, (requests, call) => run(stepOf(method, requests, call)));
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
async function untilSettled<Res>(call: Call, handle: () => Answer<Res>): Promise<object> {
  const settled = started(call);
  try {
    return await handle();
  } finally {
    settled();
  }
}

/**
 * A call on its way through interceptors. When these answer without waiting for the handler, it is told to stop, and the memory
 * that it may go on reading is not lent again; when it has not started by then, it does not.
 */
class Passage {
  private running = 0;
  private isOver = false;

  constructor(private readonly call: ServerCall) {}

  /** The handler starts; returns what notes that it has settled. Throws `cancelled` when the call was answered before. */
  start(): () => void {
    if (this.isOver) throw this.answered();
    this.running++;
    return () => void this.running--;
  }

  settled(): void {
    this.isOver = true;
    if (this.running > 0) this.call.abort(this.answered());
  }

  private answered(): MillraceError {
    return new MillraceError("cancelled", `${this.call.path} was answered without its handler`);
  }
}

function stepOf<T>(method: MethodInfo, requests: AsyncIterable<T>, call: Call): ServerStep {
  if (call instanceof ServerCall) call.passage = new Passage(call);
  return { method, requests: requests as AsyncIterable<object>, call };
}

function started(call: Call): () => void {
  const passage = call instanceof ServerCall ? call.passage : undefined;
  return passage instanceof Passage ? passage.start() : () => {};
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
