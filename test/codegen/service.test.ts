import { describe, expect, it } from "vitest";
import { Everything, type EverythingHandlers as Handlers } from "../../schemas/gen/everything.js";
import type { Call, Caller, Router, Stream } from "../../src/index.js";

async function* none(): AsyncGenerator<never> {}

function nothing(): Stream<never> {
  return Object.assign(none(), { batches: none });
}

function refuse(): never {
  throw new Error("called");
}

const call: Call = {
  signal: new AbortController().signal,
  remainingMs: Infinity,
  metadata: {},
  peer: { address: "memory://test" },
  retain: () => () => {},
  setAnswerMetadata: refuse,
};

describe("a generated service", () => {
  it("calls through its caller, each method by its kind", () => {
    const calls: string[] = [];
    const note = (kind: string, { path }: { readonly path: string }) => calls.push(`${kind} ${path}`);
    const caller: Caller = {
      unary: (method) => (note("unary", method), Promise.resolve(method.response.create())),
      serverStream: (method) => (note("serverStream", method), nothing()),
      clientStream: (method) => (note("clientStream", method), Promise.resolve(method.response.create())),
      duplex: (method) => (note("duplex", method), nothing()),
      subscribe: (method) => (note("subscribe", method), refuse()),
    };
    const client = Everything.client(caller);
    void client.unary({});
    client.serverStream({});
    void client.clientStream([]);
    client.duplex([]);
    expect(calls).toStrictEqual([
      "unary everything.Everything/Unary",
      "serverStream everything.Everything/ServerStream",
      "clientStream everything.Everything/ClientStream",
      "duplex everything.Everything/Duplex",
    ]);
  });

  it("routes each method to the handler of its name", () => {
    const calls: string[] = [];
    const router: Router = {
      unary: (method, handler) => void handler(method.request.create(), call),
      serverStream: (method, handler) => void handler(method.request.create(), call),
      clientStream: (_, handler) => void handler(nothing(), call),
      duplex: (_, handler) => void handler(nothing(), call),
    };
    const handlers: Handlers = {
      unary: () => (calls.push("unary"), {}),
      serverStream: () => (calls.push("serverStream"), []),
      clientStream: () => (calls.push("clientStream"), {}),
      duplex: () => (calls.push("duplex"), []),
      then_: () => (calls.push("then_"), {}),
      constructor_: () => (calls.push("constructor_"), {}),
    };
    Everything.serve(router, handlers);
    expect(calls).toStrictEqual(Object.keys(handlers));
    expect(calls).toStrictEqual(Everything.methods.map(({ name }) => name));
  });

  it("is not a promise by mistake, and calls no method when it is turned into JSON", () => {
    const caller = { unary: refuse, serverStream: refuse, clientStream: refuse, duplex: refuse, subscribe: refuse };
    const client = Everything.client(caller);
    expect("then" in client).toBe(false);
    expect(JSON.stringify(client)).toBe("{}");
  });
});
