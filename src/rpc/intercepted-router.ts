import type { Call } from "./call.js";
import { chain, one, only, type ServerInterceptor, type ServerStep } from "./interceptor.js";
import { Iterated } from "./iterated.js";
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
      one(async () => handler(await only<Req>(requests, method), call)),
    );
    this.router.unary(method, (request, call) =>
      only(run({ method, requests: one(() => request as object), call }), method),
    );
  }

  serverStream<Req, Res>(method: Method<Req, Res>, handler: (request: Req, call: Call) => Items<Res>): void {
    const run = chain<ServerStep>(this.interceptors, async function* ({ requests, call }) {
      yield* handler(await only<Req>(requests, method), call) as Items<object>;
    });
    this.router.serverStream(method, (request, call) => run({ method, requests: one(() => request as object), call }));
  }

  clientStream<Req, Res>(method: Method<Req, Res>, handler: (requests: Stream<Req>, call: Call) => Answer<Res>): void {
    const run = chain<ServerStep>(this.interceptors, ({ requests, call }) =>
      one(async () => handler(streamOf(requests), call)),
    );
    this.router.clientStream(method, (requests, call) =>
      only(run({ method, requests: requests as Stream<object>, call }), method),
    );
  }

  duplex<Req, Res>(method: Method<Req, Res>, handler: (requests: Stream<Req>, call: Call) => Items<Res>): void {
    const run = chain<ServerStep>(this.interceptors, async function* ({ requests, call }) {
      yield* handler(streamOf(requests), call) as Items<object>;
    });
    this.router.duplex(method, (requests, call) => run({ method, requests: requests as Stream<object>, call }));
  }
}

/** The stream a link made when no interceptor has replaced it. */
function streamOf<T>(items: AsyncIterable<object>): Stream<T> {
  return "batches" in items ? (items as Stream<T>) : new Iterated<T>(items);
}
