import type { Codec } from "../codec/codec.js";
import { MillraceError } from "../error.js";
import type { Caller, Method, Router, Service } from "./service.js";

/**
 * The same service, but what it receives for the methods named is not verified: give it to `serve` or `client` where a peer is
 * trusted as much as this program, and verifying long FlatBuffers takes too long. It changes nothing for other formats, whose
 * messages cannot be read without a check.
 *
 * What this risks: a buffer that is malformed reads as anything, including what other peers sent that lies in the same memory;
 * a getter may throw a `RangeError`, and a loop over what it reads may never end.
 *
 * @param methods as they are called in TypeScript. Throws `invalid_argument` for one that the service does not have.
 */
export function unverified<Client, Handlers>(
  service: Service<Client, Handlers>,
  ...methods: readonly (keyof Client & string)[]
): Service<Client, Handlers> {
  const names = new Set<string>(methods);
  for (const name of names) {
    if (service.methods.some((method) => method.name === name)) continue;
    throw new MillraceError("invalid_argument", `${service.name} has no method called ${name}`);
  }
  const trust: Trust = (method) => (names.has(method.name) ? trusting(method) : method);
  return {
    ...service,
    client: (caller) => service.client(callerOf(caller, trust)),
    serve: (router, handlers) => service.serve(routerOf(router, trust), handlers),
  };
}

type Trust = <M extends Method<unknown, unknown>>(method: M) => M;

function trusting<M extends Method<unknown, unknown>>(method: M): M {
  return { ...method, request: unchecked(method.request), response: unchecked(method.response) };
}

function unchecked<T>(codec: Codec<T>): Codec<T> {
  return codec.unverified?.() ?? codec;
}

function callerOf(caller: Caller, trust: Trust): Caller {
  return {
    unary: (method, request, options) => caller.unary(trust(method), request, options),
    serverStream: (method, request, options) => caller.serverStream(trust(method), request, options),
    clientStream: (method, requests, options) => caller.clientStream(trust(method), requests, options),
    duplex: (method, requests, options) => caller.duplex(trust(method), requests, options),
    subscribe: (method, request, options) => caller.subscribe(trust(method), request, options),
  };
}

function routerOf(router: Router, trust: Trust): Router {
  return {
    unary: (method, handler) => router.unary(trust(method), handler),
    serverStream: (method, handler) => router.serverStream(trust(method), handler),
    clientStream: (method, handler) => router.clientStream(trust(method), handler),
    duplex: (method, handler) => router.duplex(trust(method), handler),
  };
}
