import { type Call, detail, findDetail, type Link, type Metadata, MillraceError, Outbox, type Peer } from "millrace";
import { Echo, type EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import { Market } from "../../schemas/gen/market.js";
import type { Server } from "../../src/server/server.js";
import { equal, fails, ok, until } from "./check.js";

/** A client's link to a server, over the transport under test. */
export interface Rig {
  readonly server: Server;
  readonly link: Link;
  /** Slabs on lease at both ends. */
  readonly leased: () => number;
  /** What the server's handlers threw that no caller was told. */
  readonly reports: string[];
}

/** One promise of every transport. It needs no test runner: `run` rejects when the promise is broken. */
export interface Case {
  readonly name: string;
  readonly run: (rig: Rig) => Promise<void>;
}

const none: EchoHandlers = {
  unary: (request) => request,
  produce: () => [],
  consume: () => ({}),
  both: () => [],
};

function bytes(size: number, seed = 1): Uint8Array {
  const made = new Uint8Array(size);
  for (let i = 0; i < size; i++) made[i] = i * seed;
  return made;
}

async function* produce({ count, size }: { count: number; size: number }): AsyncGenerator<Partial<Payload>> {
  for (let id = 0; id < count; id++) yield { id, data: bytes(size, id) };
}

/** A handler that keeps its call until it is told to stop, and notes why it was. */
function stuck(reasons: string[]): (request: unknown, call: Call) => Promise<Partial<Payload>> {
  return (_request, call) =>
    new Promise((_resolve, reject) => {
      call.signal.addEventListener("abort", () => {
        reasons.push((call.signal.reason as MillraceError).code);
        reject(call.signal.reason as Error);
      });
    });
}

export const cases: readonly Case[] = [
  {
    name: "a unary call is answered",
    async run({ server, link }) {
      server.serve(Echo, none);
      equal(await link.client(Echo).unary({ id: 7, data: bytes(64) }), { id: 7, data: bytes(64) });
    },
  },
  {
    name: "an empty message travels as no bytes at all",
    async run({ server, link }) {
      server.serve(Echo, none);
      equal(await link.client(Echo).unary({}), { id: 0, data: new Uint8Array(0) });
    },
  },
  {
    name: "each of many calls at once gets its own answer, whatever the order they finish in",
    async run({ server, link }) {
      server.serve(Echo, {
        ...none,
        async unary(request) {
          for (let turns = request.id % 5; turns > 0; turns--) await Promise.resolve();
          return request;
        },
      });
      const echo = link.client(Echo);
      const answers = await Promise.all(
        Array.from({ length: 3000 }, (_, id) => echo.unary({ id, data: bytes(id % 300, id) })),
      );
      for (const [id, answer] of answers.entries()) equal(answer, { id, data: bytes(id % 300, id) });
    },
  },
  {
    name: "messages of all sizes arrive whole, in one frame or in many",
    async run({ server, link }) {
      server.serve(Echo, none);
      const echo = link.client(Echo);
      for (const size of [1, 4_000, 16_384, 65_500, 65_536, 262_120, 262_144, 300_000, 1_048_000, 9_000_001]) {
        const { data } = await echo.unary({ data: bytes(size, 31) });
        equal(data.length, size);
        ok(
          data.every((byte, i) => byte === ((i * 31) & 255)),
          `${size} bytes arrived changed`,
        );
      }
    },
  },
  {
    name: "bytes are plain Uint8Arrays at both ends, so that slice() copies them",
    async run({ server, link }) {
      const kinds: string[] = [];
      server.serve(Echo, {
        ...none,
        unary({ data }) {
          kinds.push(data.constructor.name);
          return { data };
        },
      });
      const echo = link.client(Echo);
      for (const size of [8, 60_000, 300_000])
        kinds.push((await echo.unary({ data: bytes(size) })).data.constructor.name);
      equal(
        kinds,
        Array.from({ length: 6 }, () => "Uint8Array"),
      );
    },
  },
  {
    name: "a message over the limit fails at its sender, either way, and the link goes on",
    async run({ server, link }) {
      server.serve(Echo, { ...none, unary: () => ({ data: new Uint8Array(17_000_000) }) });
      const echo = link.client(Echo);
      await fails(echo.unary({ data: new Uint8Array(17_000_000) }), "resource_exhausted");
      await fails(echo.unary({ id: 1 }), "resource_exhausted");
      equal(link.state, "open");
    },
  },
  {
    name: "a MillraceError that a handler throws reaches the caller with its code and message",
    async run({ server, link }) {
      server.serve(Echo, {
        ...none,
        unary() {
          throw new MillraceError("not_found", "no payload ünder that id");
        },
      });
      const error = await fails(link.client(Echo).unary({}), "not_found");
      equal(error.message, "[not_found] no payload ünder that id");
    },
  },
  {
    name: "anything else that a handler throws is internal to its caller, without a word of it, and reported",
    async run({ server, link, reports }) {
      server.serve(Echo, { ...none, unary: () => Promise.reject(new TypeError("secret at /etc/passwd")) });
      const error = await fails(link.client(Echo).unary({}), "internal");
      equal(error.message, "[internal] the handler of echo.Echo/Unary failed");
      ok(
        reports.some((line) => line.includes("echo.Echo/Unary") && line.includes("secret")),
        "nothing was reported",
      );
    },
  },
  {
    name: "typed details travel with an error",
    async run({ server, link }) {
      const details = [detail(Payload, { id: 3, data: bytes(2000, 7) })];
      server.serve(Echo, {
        ...none,
        unary() {
          throw new MillraceError("resource_exhausted", "one at a time", { details });
        },
      });
      const error = await fails(link.client(Echo).unary({}), "resource_exhausted");
      equal(findDetail(error, Payload), { id: 3, data: bytes(2000, 7) });
    },
  },
  {
    name: "an answer that does not encode is internal to its caller, and reported",
    async run({ server, link, reports }) {
      server.serve(Echo, { ...none, unary: () => ({ id: -1 }) });
      await fails(link.client(Echo).unary({}), "internal");
      ok(
        reports.some((line) => line.includes("echo.Echo/Unary") && line.includes("does not encode")),
        "nothing was reported",
      );
    },
  },
  {
    name: "metadata goes with a call and with its answer, texts and bytes, beside a message of any length",
    async run({ server, link }) {
      const sent = { tenant: "north", "trace-bin": bytes(300, 3) };
      const back = { took: "3 ms", "proof-bin": bytes(200, 5) };
      server.serve(Echo, {
        ...none,
        unary(request, call) {
          equal({ ...call.metadata }, sent);
          call.setAnswerMetadata(back);
          return request;
        },
      });
      for (const size of [0, 100, 300_000]) {
        const got: Metadata[] = [];
        const onAnswerMetadata = (metadata: Metadata): void => void got.push({ ...metadata });
        const answer = await link.client(Echo).unary({ data: bytes(size) }, { metadata: sent, onAnswerMetadata });
        equal([answer.data.length, got], [size, [back]]);
      }
    },
  },
  {
    name: "a call that a handler makes for its own ends with it",
    async run({ server, link }) {
      const reasons: string[] = [];
      const remaining: number[] = [];
      link.serve(Echo, {
        ...none,
        unary(request, call) {
          remaining.push(call.remainingMs);
          return stuck(reasons)(request, call);
        },
      });
      server.serve(Echo, {
        ...none,
        unary(request, call) {
          const [back] = server.links;
          return back.client(Echo).unary(request, { via: call, timeoutMs: 60_000 });
        },
      });
      const aborter = new AbortController();
      const failure = fails(link.client(Echo).unary({}, { signal: aborter.signal, timeoutMs: 10_000 }), "cancelled");
      await until(() => remaining.length === 1);
      ok(remaining[0] <= 10_000 && remaining[0] > 1_000, `the second call had ${remaining[0]} ms`);
      aborter.abort();
      await failure;
      await until(() => reasons.length > 0);
      equal(reasons, ["cancelled"]);
    },
  },
  {
    name: "a method that nobody serves is unimplemented",
    async run({ link }) {
      await fails(link.client(Echo).unary({}), "unimplemented");
    },
  },
  {
    name: "a stream of requests arrives in order and whole, and is answered once",
    async run({ server, link }) {
      const ids: number[] = [];
      server.serve(Echo, {
        ...none,
        async consume(requests) {
          let size = 0;
          for await (const { id, data } of requests) {
            ids.push(id);
            size += data.length;
          }
          return { count: ids.length, bytes: BigInt(size) };
        },
      });
      equal(await link.client(Echo).consume(produce({ count: 3000, size: 300 })), { count: 3000, bytes: 900_000n });
      equal(
        ids,
        Array.from({ length: 3000 }, (_, id) => id),
      );
    },
  },
  {
    name: "requests and answers of a duplex call go both ways at once",
    async run({ server, link }) {
      server.serve(Echo, { ...none, both: (requests) => requests });
      const outbox = new Outbox<Payload>();
      const answers = link.client(Echo).both(outbox);
      for (let id = 0; id < 50; id++) {
        await outbox.write({ id });
        equal((await answers.next()).value, { id, data: new Uint8Array(0) });
      }
      outbox.end();
      equal(await answers.next(), { done: true, value: undefined });
      equal((await collect(link, (echo) => echo.both(produce({ count: 4000, size: 400 })))).length, 4000);
    },
  },
  {
    name: "a handler that reads no requests holds their writer to one window",
    async run({ server, link }) {
      let read = (): void => {};
      const start = new Promise<void>((resolve) => (read = resolve));
      server.serve(Echo, {
        ...none,
        async consume(requests) {
          await start;
          let count = 0;
          for await (const _request of requests) count++;
          return { count };
        },
      });
      const outbox = new Outbox<Payload>();
      let written = 0;
      const writing = (async () => {
        for (; written < 2000; written++) await outbox.write({ data: bytes(1000) });
        outbox.end();
      })();
      const answer = link.client(Echo).consume(outbox);
      await until(() => written > 100);
      await link.client(Echo).unary({});
      ok(written < 600, `${written} of 2000 requests were taken by nobody`);
      read();
      await writing;
      equal((await answer).count, 2000);
    },
  },
  {
    name: "an answer that comes before the requests end stops them, and the link goes on",
    async run({ server, link }) {
      let stopped = false;
      server.serve(Echo, {
        ...none,
        async consume(requests) {
          await requests.next();
          return { count: 1 };
        },
      });
      async function* endless(): AsyncGenerator<Partial<Payload>> {
        try {
          yield* produce({ count: 1e9, size: 500 });
        } finally {
          stopped = true;
        }
      }
      equal((await link.client(Echo).consume(endless())).count, 1);
      await until(() => stopped);
      for (let id = 0; id < 100; id++) equal((await link.client(Echo).consume([{ id }])).count, 1);
    },
  },
  {
    name: "requests that fail on their way cancel the call at both ends",
    async run({ server, link }) {
      const reasons: string[] = [];
      server.serve(Echo, {
        ...none,
        async consume(requests) {
          try {
            for await (const _request of requests);
          } catch (error) {
            reasons.push((error as MillraceError).code);
          }
          return {};
        },
      });
      async function* failing(): AsyncGenerator<Partial<Payload>> {
        yield* produce({ count: 3, size: 1 });
        throw new Error("the disk is gone");
      }
      const error = await fails(link.client(Echo).consume(failing()), "cancelled");
      ok(error.message.includes("the disk is gone"), error.message);
      await until(() => reasons.length > 0);
      equal(reasons, ["cancelled"]);
    },
  },
  {
    name: "batches bring the same items in groups",
    async run({ server, link }) {
      server.serve(Echo, { ...none, produce });
      const ids: number[] = [];
      let groups = 0;
      for await (const items of link.client(Echo).produce({ count: 5000, size: 20 }).batches()) {
        groups++;
        for (const { id } of items) ids.push(id);
      }
      equal(
        ids,
        Array.from({ length: 5000 }, (_, id) => id),
      );
      ok(groups < 2500, `5000 items came in ${groups} groups`);
    },
  },
  {
    name: "of a peer that is logged, no more is seen than who it is",
    async run({ server, link }) {
      const peers: Peer[] = [link.peer];
      server.serve(Echo, { ...none, unary: (request, { peer }) => (peers.push(peer), request) });
      await link.client(Echo).unary({});
      for (const peer of peers) {
        const { address, certificate, ...others } = JSON.parse(JSON.stringify(peer)) as Peer;
        equal([address, certificate?.fingerprint256], [peer.address, peer.certificate?.fingerprint256]);
        equal(Object.keys(others), []);
      }
    },
  },
  {
    name: "several who read one stream in batches share its items, and all see its end",
    async run({ server, link }) {
      server.serve(Echo, { ...none, produce });
      const answers = link.client(Echo).produce({ count: 5000, size: 20 });
      const ids: number[] = [];
      const read = async (): Promise<void> => {
        for await (const items of answers.batches()) for (const { id } of items) ids.push(id);
      };
      await Promise.all([read(), read(), read()]);
      equal(
        ids.sort((a, b) => a - b),
        Array.from({ length: 5000 }, (_, id) => id),
      );
    },
  },
  {
    name: "a deadline ends the call at both ends",
    async run({ server, link }) {
      const reasons: string[] = [];
      let remaining = Infinity;
      server.serve(Echo, {
        ...none,
        unary(request, call) {
          remaining = call.remainingMs;
          return stuck(reasons)(request, call);
        },
      });
      await fails(link.client(Echo).unary({}, { timeoutMs: 40 }), "deadline_exceeded");
      await until(() => reasons.length > 0);
      ok(remaining <= 40 && remaining > 0, `the handler had ${remaining} ms`);
      ok(["cancelled", "deadline_exceeded"].includes(reasons[0]), `the handler was stopped by ${reasons[0]}`);
    },
  },
  {
    name: "a deadline that has passed already is not sent",
    async run({ server, link }) {
      let calls = 0;
      server.serve(Echo, { ...none, unary: (request) => (calls++, request) });
      await fails(link.client(Echo).unary({}, { timeoutMs: 0 }), "deadline_exceeded");
      await link.client(Echo).unary({});
      equal(calls, 1);
    },
  },
  {
    name: "a signal cancels the call at both ends",
    async run({ server, link }) {
      const reasons: string[] = [];
      let started = 0;
      server.serve(Echo, {
        ...none,
        unary: (request, call) => (request.id === 1 ? request : (started++, stuck(reasons)(request, call))),
      });
      const aborter = new AbortController();
      const call = link.client(Echo).unary({}, { signal: aborter.signal });
      const failure = fails(call, "cancelled");
      await until(() => started === 1);
      aborter.abort();
      await failure;
      await until(() => reasons.length > 0);
      await fails(link.client(Echo).unary({ id: 1 }, { signal: aborter.signal }), "cancelled");
      equal((await link.client(Echo).unary({ id: 1 })).id, 1);
      equal([started, reasons.length], [1, 1]);
    },
  },
  {
    name: "a server stream arrives in order and whole",
    async run({ server, link }) {
      server.serve(Echo, { ...none, produce });
      const items = await collect(link, (echo) => echo.produce({ count: 5000, size: 200 }));
      equal(items.length, 5000);
      for (const [id, item] of items.entries()) equal(item, { id, data: bytes(200, id) });
    },
  },
  {
    name: "a server stream of nothing, and one of empty messages, are told apart",
    async run({ server, link }) {
      server.serve(Echo, { ...none, produce: ({ count }) => Array.from({ length: count }, () => ({})) });
      equal((await collect(link, (echo) => echo.produce({}))).length, 0);
      equal((await collect(link, (echo) => echo.produce({ count: 3 }))).length, 3);
    },
  },
  {
    name: "a reader that stops holds its producer to one window, and going on gets the rest",
    async run({ server, link }) {
      let produced = 0;
      server.serve(Echo, {
        ...none,
        async *produce(request): AsyncGenerator<Partial<Payload>> {
          for await (const item of produce(request)) {
            produced++;
            yield item;
          }
        },
      });
      const stream = link.client(Echo).produce({ count: 2000, size: 1000 });
      await stream.next();
      await until(() => produced > 100);
      await link.client(Echo).unary({});
      const least = 2 * 256 * 1024;
      ok(produced * 1000 < least, `${produced} items were produced for a reader of one`);
      let rest = 0;
      for await (const item of stream) equal(item.id, ++rest);
      equal(rest, 1999);
    },
  },
  {
    name: "leaving the loop early stops the handler",
    async run({ server, link }) {
      let stopped = false;
      server.serve(Echo, {
        ...none,
        async *produce(request): AsyncGenerator<Partial<Payload>> {
          try {
            yield* produce(request);
          } finally {
            stopped = true;
          }
        },
      });
      for await (const item of link.client(Echo).produce({ count: 1e6, size: 500 })) if (item.id === 10) break;
      await until(() => stopped);
      equal((await link.client(Echo).unary({ id: 3 })).id, 3);
    },
  },
  {
    name: "an error in a stream comes after the items before it, and ends the iteration",
    async run({ server, link }) {
      server.serve(Echo, {
        ...none,
        async *produce(request): AsyncGenerator<Partial<Payload>> {
          yield* produce(request);
          throw new MillraceError("data_loss", "the rest is gone");
        },
      });
      const stream = link.client(Echo).produce({ count: 3 });
      const ids: number[] = [];
      const reading = (async () => {
        for await (const item of stream) ids.push(item.id);
      })();
      await fails(reading, "data_loss");
      equal(ids, [0, 1, 2]);
      equal(await stream.next(), { done: true, value: undefined });
    },
  },
  {
    name: "one-way messages arrive in order; what a handler of them throws is reported and stops nothing",
    async run({ server, link, reports }) {
      const seen: number[] = [];
      server.on(Payload, (message, from) => {
        seen.push(message.id);
        if (message.id === 5) throw new Error("five");
        if (message.id === 999) from.send(Payload, { id: 1 });
      });
      const answer = new Promise<Payload>((resolve) => link.on(Payload, resolve));
      for (let id = 0; id < 1000; id++) link.send(Payload, { id });
      equal((await answer).id, 1);
      equal(
        seen,
        Array.from({ length: 1000 }, (_, id) => id),
      );
      ok(
        reports.some((line) => line.includes("echo.Payload") && line.includes("five")),
        "nothing was reported",
      );
    },
  },
  {
    name: "a sender that outruns the socket is told to slow down, then refused, and loses nothing it was promised",
    async run({ server, link }) {
      let received = 0;
      server.on(Payload, () => void received++);
      let sent = 0;
      let slowDown = false;
      const refused = await fails(
        (async () => {
          for (; sent < 100; sent++) slowDown = !link.send(Payload, { data: bytes(500_000) }) || slowDown;
        })(),
        "resource_exhausted",
      );
      ok(slowDown && refused.message.includes("drained"), "no word of slowing down");
      await link.drained();
      link.send(Payload, {});
      await until(() => received === sent + 1);
    },
  },
  {
    name: "what was accepted before a close still arrives",
    async run({ server, link }) {
      let received = 0;
      server.on(Payload, () => void received++);
      let sent = 0;
      while (sent < 30) {
        link.send(Payload, { data: new Uint8Array(300_000) });
        sent++;
      }
      await link.close();
      await until(() => received === sent);
    },
  },
  {
    name: "the server can call its client on the same link",
    async run({ server, link }) {
      link.serve(Echo, { ...none, unary: ({ id }) => ({ id: id + 1 }) });
      server.serve(Echo, none);
      const [back] = server.links;
      const answers = await Promise.all([back.client(Echo).unary({ id: 1 }), link.client(Echo).unary({ id: 1 })]);
      equal(
        answers.map(({ id }) => id),
        [2, 1],
      );
    },
  },
  {
    name: "closing fails what is under way once, as unavailable, at both ends, and gives all memory back",
    async run({ server, link, leased }) {
      const reasons: string[] = [];
      server.serve(Echo, { ...none, unary: stuck(reasons), produce });
      const echo = link.client(Echo);
      const failures = [fails(echo.unary({}), "unavailable"), fails(echo.unary({}), "unavailable")];
      const stream = echo.produce({ count: 1e9, size: 900 });
      await stream.next();
      await link.close();
      await Promise.all(failures);
      await fails(echo.unary({}), "unavailable");
      await until(() => reasons.length === 2 && server.links.size === 0 && leased() === 0);
      equal(reasons, ["unavailable", "unavailable"]);
      equal(link.state, "closed");
    },
  },
  {
    name: "events of a topic reach each subscription of the link once and in order, small and long ones",
    async run({ server, link }) {
      const topic = server.topic(Market.quotes, { history: { events: 1000 }, slow: "wait" });
      const market = link.client(Market);
      const currency = "x".repeat(30_000);
      await topic.publish({ symbol: "A" }, { price: -1 });
      const readers = ["A", "A", "B"].map(async (symbol, i) => {
        const quotes = market.quotes({ symbol }, { from: "start" });
        for (let price = i < 2 ? -1 : 0; price < 400; price++) {
          const { value } = await quotes.next();
          equal([value.price, value.currency.length], [price, price >= 0 && price % 10 === 0 ? 30_000 : 0]);
        }
        await quotes.return!();
      });
      await until(() => topic.subscribers === 3);
      for (let price = 0; price < 400; price++) {
        const event = price % 10 === 0 ? { price, currency } : { price };
        await Promise.all(["A", "B"].map((symbol) => topic.publish({ symbol }, event)));
      }
      await Promise.all(readers);
      await until(() => topic.subscribers === 0);
    },
  },
];

type EchoClient = ReturnType<typeof Echo.client>;

async function collect(link: Link, start: (echo: EchoClient) => AsyncIterable<Payload>): Promise<Payload[]> {
  const items: Payload[] = [];
  for await (const item of start(link.client(Echo))) items.push(item);
  return items;
}
