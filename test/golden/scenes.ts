import { Echo, type EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import { Market } from "../../schemas/gen/market.js";
import { MillraceError } from "../../src/error.js";
import { establish } from "../support/single-link.js";
import { checkLimits, type Limits } from "../../src/link/limits.js";
import type { Receiver, Transport } from "../../src/link/transport.js";
import { detail } from "../../src/rpc/detail.js";
import type { Link } from "../../src/rpc/link.js";
import { Outbox } from "../../src/rpc/outbox.js";
import { Server } from "../../src/server/server.js";
import { memoryPipe } from "../../src/testing/memory.js";
import { settle, virtualRuntime } from "../support/rig.js";
import { Scribe } from "./text.js";

/** A client and a server on virtual time, and how to let it pass. */
export interface Stage {
  readonly link: Link;
  readonly server: Server;
  readonly pass: (ms: number) => Promise<void>;
}

/** What is done on a link, and what is written down of it. */
export interface Scene {
  readonly name: string;
  readonly about: string;
  readonly limits?: Partial<Limits>;
  readonly handlers?: Partial<EchoHandlers>;
  play(stage: Stage): unknown;
}

export const handlers: EchoHandlers = {
  unary: (request) => request,
  *produce({ count, size }) {
    for (let id = 1; id <= count; id++) yield { id, data: new Uint8Array(size).fill(id) };
  },
  async consume(requests) {
    let count = 0;
    for await (const _ of requests) count++;
    return { count };
  },
  async *both(requests) {
    for await (const { id } of requests) yield { id };
  },
};

const forever = (): Promise<never> => new Promise(() => {});
const ignore = (): void => {};
/** Limits that little already reaches. */
export const SMALL = {
  maxFrameBytes: 16_384,
  streamWindowBytes: 16_384,
  linkWindowBytes: 65_536,
  messageWindowBytes: 16_384,
};

export const scenes: readonly Scene[] = [
  { name: "handshake", about: "both HELLOs with the default limits, and an ordinary close", play: ignore },
  {
    name: "unary",
    about: "two calls one after the other on the same slot, then one with the empty message",
    async play({ link }) {
      const echo = link.client(Echo);
      await echo.unary({ id: 7, data: Uint8Array.of(1, 2, 3) });
      await echo.unary({ id: 300 });
      await echo.unary({});
    },
  },
  {
    name: "failing-call",
    about: "a call that its handler answers with not_found",
    handlers: {
      unary() {
        throw new MillraceError("not_found", "no such thing");
      },
    },
    play: ({ link }) => link.client(Echo).unary({ id: 1 }).catch(ignore),
  },
  {
    name: "error-details",
    about: "a call that its handler answers with an error that carries a message",
    handlers: {
      unary() {
        throw new MillraceError("resource_exhausted", "too much", { details: [detail(Payload, { id: 5 })] });
      },
    },
    play: ({ link }) => link.client(Echo).unary({ id: 1 }).catch(ignore),
  },
  {
    name: "metadata",
    about: "a call with text and bytes beside its request, and with two seconds, answered with metadata too",
    handlers: {
      unary(request, call) {
        call.setAnswerMetadata({ "served-by": "b" });
        return request;
      },
    },
    play: ({ link }) =>
      link
        .client(Echo)
        .unary({ id: 1 }, { timeoutMs: 2000, metadata: { tenant: "acme", "trace-bin": Uint8Array.of(1, 2, 3) } }),
  },
  {
    name: "unknown-method",
    about: "a call of a method that nobody serves",
    play: ({ link }) =>
      link
        .client({ ...Echo, client: (caller) => caller.unary({ ...Echo.methods[0], id: 1 } as never, {}) })
        .catch(ignore),
  },
  {
    name: "server-stream",
    about: "three answers, the second of them empty but for its number",
    async play({ link }) {
      for await (const _ of link.client(Echo).produce({ count: 3, size: 2 }));
    },
  },
  {
    name: "client-stream",
    about: "three requests, the last one the empty message, and one answer",
    play: ({ link }) => link.client(Echo).consume([{ id: 1 }, { id: 2 }, {}]),
  },
  {
    name: "duplex",
    about: "two requests, an answer to each",
    async play({ link }) {
      for await (const _ of link.client(Echo).both([{ id: 1 }, { id: 2 }]));
    },
  },
  {
    name: "early-answer",
    about: "an answer that comes before the last request",
    handlers: { consume: () => ({ count: 9 }) },
    play: ({ link }) => link.client(Echo).consume({ [Symbol.asyncIterator]: () => ({ next: forever }) }),
  },
  {
    name: "cancel",
    about: "a caller that cancels a call under way",
    handlers: { unary: forever },
    async play({ link }) {
      const cancel = new AbortController();
      const call = link.client(Echo).unary({ id: 1 }, { signal: cancel.signal }).catch(ignore);
      await settle();
      cancel.abort();
      await call;
    },
  },
  {
    name: "deadline",
    about: "a call with 500 ms that are not enough",
    handlers: { unary: forever },
    async play({ link, pass }) {
      const call = link.client(Echo).unary({ id: 1 }, { timeoutMs: 500 }).catch(ignore);
      await settle();
      await pass(500);
      await call;
    },
  },
  {
    name: "one-way",
    about: "a one-way message in each direction",
    async play({ link, server }) {
      server.on(Payload, ({ id }, peer) => void peer.send(Payload, { id: id + 1 }));
      link.on(Payload, ignore);
      link.send(Payload, { id: 1, data: Uint8Array.of(9) });
      await settle();
    },
  },
  {
    name: "drain",
    about: "a server that drains while a call is under way, and closes when it is answered",
    async play({ link, server }) {
      const requests = new Outbox<Payload>();
      const answers = link.client(Echo).both(requests);
      await requests.write({ id: 1 });
      await settle();
      for (const peer of server.links) void peer.drain();
      await settle();
      requests.end();
      for await (const _ of answers);
      await link.closed;
    },
  },
  {
    name: "retry-after",
    about: "a server that drains and asks its clients to stay away for five seconds",
    async play({ link, server }) {
      await server.drain({ retryAfterMs: 5_000 });
      await link.closed;
    },
  },
  {
    name: "fragments",
    about: "a request of 40,000 bytes and its echo, with frames of at most 16 KiB",
    limits: SMALL,
    play: ({ link }) => link.client(Echo).unary({ id: 1, data: new Uint8Array(40_000).fill(5) }),
  },
  {
    name: "message-fragments",
    about: "a one-way message of 20,000 bytes, and a small one behind it",
    limits: SMALL,
    async play({ link, server }) {
      server.on(Payload, ignore);
      link.send(Payload, { id: 1, data: new Uint8Array(20_000).fill(5) });
      link.send(Payload, { id: 2 });
      await settle();
    },
  },
  {
    name: "credit",
    about: "40 answers of 1,000 bytes through windows of 16 KiB",
    limits: SMALL,
    async play({ link }) {
      for await (const _ of link.client(Echo).produce({ count: 40, size: 1000 }));
    },
  },
  {
    name: "topic",
    about:
      "two subscriptions to one key; two events of one turn, one that is longer than its subscriber takes, and a cancel",
    limits: SMALL,
    async play({ link, server, pass }) {
      const topic = server.topic(Market.quotes);
      await topic.publish({ symbol: "A" }, { price: 0.5 });
      const market = link.client(Market);
      const both = [market.quotes({ symbol: "A" }), market.quotes({ symbol: "A" }, { from: "start", onGap: ignore })];
      await pass(0);
      await topic.publishMany({ symbol: "A" }, [{ price: 1 }, { price: 2 }]);
      await pass(0);
      await topic.publish({ symbol: "A" }, { currency: "x".repeat(20_000) });
      await pass(0);
      await topic.publish({ symbol: "A" }, { price: 3 });
      await pass(0);
      await both[1].return!();
    },
  },
  {
    name: "ping",
    about: "both sides ask whether the other lives, twice",
    async play({ pass }) {
      await pass(15_000);
      await pass(15_000);
    },
  },
];

/** Plays a scene over a pipe in memory, on virtual time, and gives the frames of both sides as text. */
export async function record(scene: Scene): Promise<string> {
  const lines: string[] = [];
  const runtime = virtualRuntime();
  const limits = checkLimits(scene.limits);
  const server = new Server(runtime, limits);
  server.serve(Echo, { ...handlers, ...scene.handlers });
  const open = (start: (transport: Transport) => Receiver): void =>
    memoryPipe(
      (transport) => start(overheard(transport, new Scribe("c", lines))),
      (transport) => server.accept(overheard(transport, new Scribe("s", lines))),
    );
  const link = await establish(open, runtime, limits);
  const pass = async (ms: number): Promise<void> => {
    runtime.clock.advance(ms);
    await settle();
  };
  await scene.play({ link, server, pass });
  await settle();
  await link.close();
  await settle();
  return `# ${scene.about}\n${lines.join("\n")}\n`;
}

/** `transport`, with all that is written to it told to the scribe too. */
function overheard(transport: Transport, scribe: Scribe): Transport {
  return {
    address: transport.address,
    write(bytes, written) {
      scribe.write(bytes);
      transport.write(bytes, written);
    },
    pause: () => transport.pause(),
    resume: () => transport.resume(),
    end: () => transport.end(),
    destroy: () => transport.destroy(),
  };
}
