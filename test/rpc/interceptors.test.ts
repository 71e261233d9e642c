import { describe, expect, test } from "vitest";
import { Echo, type EchoHandlers, type Payload } from "../../schemas/gen/echo.js";
import {
  type CallOptions,
  type ClientInterceptor,
  type Metadata,
  MillraceError,
  type Next,
  Outbox,
  type ServerInterceptor,
  type Step,
} from "../../src/index.js";
import { handlers } from "../support/echo.js";
import { PairRig, settle } from "../support/rig.js";
import { heldBy } from "../support/signals.js";

type Interceptors = { readonly client?: readonly ClientInterceptor[]; readonly server?: readonly ServerInterceptor[] };

async function open(interceptors: Interceptors, served: Partial<EchoHandlers> = {}) {
  const rig = new PairRig({ interceptors });
  rig.server.serve(Echo, { ...handlers, ...served });
  await settle();
  return { rig, echo: rig.client.client(Echo) };
}

type EchoClient = ReturnType<typeof Echo.client>;

const KINDS = ["unary", "produce", "consume", "both"] as const;

/** Makes a call of one kind that has two answers if it can have more than one, and notes what comes. */
async function use(echo: EchoClient, kind: (typeof KINDS)[number], options?: CallOptions): Promise<unknown[]> {
  const requests = [{ id: 0 }, { id: 1 }];
  if (kind === "unary") return [(await echo.unary({ id: 5 }, options)).id];
  if (kind === "consume") return [(await echo.consume(requests, options)).count];
  const ids: number[] = [];
  const answers = kind === "produce" ? echo.produce({ count: 2 }, options) : echo.both(requests, options);
  for await (const { id } of answers) ids.push(id);
  return ids;
}

/** Notes what passes, and how it ends. */
function noting(notes: string[], name: string) {
  return async function* <S extends Step>(step: S, next: Next<S>): AsyncGenerator<object> {
    notes.push(`${name} ${step.method.path} ${step.method.kind}`);
    let end = "left";
    try {
      for await (const answer of next(step)) {
        notes.push(`${name} item`);
        yield answer;
      }
      end = "end";
    } catch (error) {
      end = (error as MillraceError).code;
      throw error;
    } finally {
      notes.push(`${name} ${end}`);
    }
  };
}

const pass: ClientInterceptor = (step, next) => next(step);

const ANSWERS = { unary: [5], produce: [0, 1], consume: [2], both: [0, 1] };

for (const kind of KINDS) {
  describe(`around a ${kind} call`, () => {
    test("interceptors at both ends see the method and each answer, the first one outermost", async () => {
      const notes: string[] = [];
      const client = [noting(notes, "c1"), noting(notes, "c2")];
      const server = [noting(notes, "s1"), noting(notes, "s2")];
      const { rig, echo } = await open({ client, server });
      expect(await use(echo, kind)).toEqual(ANSWERS[kind]);
      await settle();
      const path = `echo.Echo/${kind[0].toUpperCase()}${kind.slice(1)}`;
      const method = { unary: "unary", produce: "serverStream", consume: "clientStream", both: "duplex" }[kind];
      const order = ["c1", "c2", "s1", "s2"].map((name) => `${name} ${path} ${method}`);
      expect(notes.filter((note) => note.includes(path))).toEqual(order);
      const count = ANSWERS[kind].length;
      for (const name of ["c1", "c2", "s1", "s2"]) {
        expect(notes.filter((note) => note === `${name} item`).length).toBe(count);
        expect(notes.filter((note) => note === `${name} end`).length).toBe(1);
      }
      expect(notes.indexOf("s1 end")).toBeGreaterThan(notes.indexOf("s2 end"));
      expect(notes.indexOf("c1 end")).toBeGreaterThan(notes.indexOf("c2 end"));
      expect(rig.leftovers).toEqual([0, 0, 0, 0]);
    });

    test("the caller's one adds metadata and a time limit, the server's one reads them", async () => {
      const seen: unknown[] = [];
      const add: ClientInterceptor = (step, next) => {
        const metadata = { ...step.options.metadata, token: "abc" };
        return next({ ...step, options: { ...step.options, metadata, timeoutMs: 50 } });
      };
      const read: ServerInterceptor = (step, next) => {
        seen.push({ ...step.call.metadata }, step.call.remainingMs);
        return next(step);
      };
      const { echo } = await open({ client: [add], server: [read] });
      await use(echo, kind, { metadata: { own: "1" } });
      expect(seen).toEqual([{ own: "1", token: "abc" }, 50]);
    });

    test("a server's one that refuses keeps the handler from running", async () => {
      let calls = 0;
      const count = (): never => {
        calls++;
        throw new Error("ran");
      };
      const refuse: ServerInterceptor = () => {
        throw new MillraceError("unauthenticated", "who are you?");
      };
      const served = { unary: count, produce: count, consume: count, both: count };
      const { rig, echo } = await open({ server: [refuse] }, served);
      await expect(use(echo, kind)).rejects.toMatchObject({ code: "unauthenticated", text: "who are you?" });
      expect([calls, rig.leftovers]).toEqual([0, [0, 0, 0, 0]]);
    });

    test("a caller's one that refuses sends nothing", async () => {
      const refuse: ClientInterceptor = async function* () {
        yield* [];
        throw new MillraceError("failed_precondition", "log in first");
      };
      const { rig, echo } = await open({ client: [refuse] });
      const sent = rig.client.stats.framesOut;
      await expect(use(echo, kind)).rejects.toMatchObject({ code: "failed_precondition" });
      await settle();
      expect(rig.client.stats.framesOut).toBe(sent);
    });

    test("errors pass through both, and can be replaced", async () => {
      const notes: string[] = [];
      const replace: ServerInterceptor = async function* (step, next) {
        try {
          yield* next(step);
        } catch (error) {
          throw new MillraceError("unavailable", "try again", { cause: error });
        }
      };
      const broken = (): never => {
        throw new MillraceError("data_loss", "disk gone");
      };
      const served = { unary: broken, produce: broken, consume: broken, both: broken };
      const { echo } = await open({ client: [noting(notes, "c")], server: [replace, noting(notes, "s")] }, served);
      await expect(use(echo, kind)).rejects.toMatchObject({ code: "unavailable", text: "try again" });
      expect(notes.filter((note) => /[cs] [a-z_]+$/.test(note) && !note.includes("/"))).toEqual([
        "s data_loss",
        "c unavailable",
      ]);
    });

    test("a deadline ends it at both ends", async () => {
      const notes: string[] = [];
      const never = (): Promise<never> => new Promise(() => {});
      const wait = async function* (): AsyncGenerator<never> {
        yield await never();
      };
      const served = { unary: never, produce: wait, consume: never, both: wait };
      const { rig, echo } = await open({ client: [noting(notes, "c")], server: [noting(notes, "s")] }, served);
      const failure = expect(use(echo, kind, { timeoutMs: 20 })).rejects.toMatchObject({ code: "deadline_exceeded" });
      await settle();
      rig.runtime.clock.advance(20);
      await failure;
      await settle();
      expect(notes.at(-1)).toBe("c deadline_exceeded");
      expect(rig.leftovers).toEqual([0, 0, 0, 0]);
    });
  });
}

test("an interceptor changes requests and answers, one by one", async () => {
  const shift = (by: number) =>
    async function* (items: AsyncIterable<object>): AsyncGenerator<object> {
      for await (const item of items) yield { ...item, id: (item as Payload).id + by };
    };
  const client: ClientInterceptor = (step, next) => shift(100)(next({ ...step, requests: shift(1)(step.requests) }));
  const server: ServerInterceptor = (step, next) => shift(1000)(next({ ...step, requests: shift(10)(step.requests) }));
  const { echo } = await open({ client: [client], server: [server] });
  expect(await use(echo, "unary")).toEqual([1116]);
  expect(await use(echo, "both")).toEqual([1111, 1112]);
});

test("an interceptor can try again, within the time that the caller gave", async () => {
  const remaining: number[] = [];
  const { rig, echo } = await open(
    {
      client: [
        async function* (step, next) {
          try {
            yield* next(step);
          } catch {
            rig.runtime.clock.advance(30);
            yield* next(step);
          }
        },
      ],
    },
    {
      unary(request, call) {
        remaining.push(call.remainingMs);
        if (remaining.length === 1) throw new MillraceError("unavailable", "not yet");
        return request;
      },
    },
  );
  expect((await echo.unary({ id: 3 }, { timeoutMs: 100 })).id).toBe(3);
  expect(remaining).toEqual([100, 70]);
});

test("leaving a stream early stops its handler, and the interceptors around it", async () => {
  const notes: string[] = [];
  let stopped = false;
  const { rig, echo } = await open(
    { client: [noting(notes, "c")], server: [noting(notes, "s")] },
    {
      async *produce() {
        try {
          for (let id = 0; ; id++) yield { id, data: new Uint8Array(10_000) };
        } finally {
          stopped = true;
        }
      },
    },
  );
  for await (const { id } of echo.produce({})) if (id === 3) break;
  await settle();
  expect([stopped, notes.filter((note) => note.endsWith("left")).sort()]).toEqual([true, ["c left", "s left"]]);
  await settle();
  expect(rig.leftovers).toEqual([0, 0, 0, 0]);
});

test("leaving a stream that has no item yet cancels it", async () => {
  const aborts: string[] = [];
  const { rig, echo } = await open(
    { client: [(step, next) => next(step)] },
    {
      async *produce(_request, call): AsyncGenerator<Partial<Payload>> {
        await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
        aborts.push((call.signal.reason as MillraceError).code);
        yield {};
      },
    },
  );
  const answers = echo.produce({});
  await settle();
  await answers.return?.();
  await settle();
  expect([aborts, rig.leftovers]).toEqual([["cancelled"], [0, 0, 0, 0]]);
});

test("a duplex call through interceptors begins when it is made, not when it is read", async () => {
  const { echo } = await open({ client: [(step, next) => next(step)], server: [(step, next) => next(step)] });
  const outbox = new Outbox<Payload>();
  const answers = echo.both(outbox);
  for (let id = 0; id < 3; id++) {
    await outbox.write({ id });
    expect((await answers.next()).value).toMatchObject({ id });
  }
  outbox.end();
  expect((await answers.next()).done).toBe(true);
});

test("who writes to an outbox that an interceptor turns away is told so", async () => {
  const refuse: ClientInterceptor = () => {
    throw new MillraceError("failed_precondition", "log in first");
  };
  const { echo } = await open({ client: [refuse] });
  const outbox = new Outbox<Payload>();
  const writing = outbox.write({});
  await expect(echo.consume(outbox)).rejects.toMatchObject({ code: "failed_precondition" });
  await expect(writing).rejects.toMatchObject({ code: "cancelled" });
});

test("an interceptor that makes none or two answers out of one is found out, on either side", async () => {
  const none = async function* (): AsyncGenerator<never> {};
  const twice = async function* <S extends Step>(step: S, next: Next<S>): AsyncGenerator<object> {
    yield* next(step);
    yield* next(step);
  };
  for (const interceptors of [{ client: [none] }, { client: [twice] }, { server: [none] }, { server: [twice] }]) {
    const { echo } = await open(interceptors);
    await expect(echo.unary({})).rejects.toMatchObject({
      code: "internal",
      text: expect.stringContaining("echo.Echo/Unary"),
    });
  }
});

test("a WeakMap keeps what a server's interceptor finds out about a call for its handler", async () => {
  const users = new WeakMap<object, string>();
  const authenticate: ServerInterceptor = (step, next) => {
    users.set(step.call, String(step.call.metadata["user"]));
    return next(step);
  };
  const seen: (string | undefined)[] = [];
  const { echo } = await open(
    { server: [authenticate] },
    { unary: (_request, call) => (seen.push(users.get(call)), {}) },
  );
  await echo.unary({}, { metadata: { user: "ada" } });
  expect(seen).toEqual(["ada"]);
});

test("the metadata of an answer reaches the caller and its interceptors", async () => {
  const seen: unknown[] = [];
  const read: ClientInterceptor = (step, next) => {
    const onAnswerMetadata = (metadata: Metadata): void => {
      seen.push({ interceptor: { ...metadata } });
      step.options.onAnswerMetadata?.(metadata);
    };
    return next({ ...step, options: { ...step.options, onAnswerMetadata } });
  };
  const { echo } = await open(
    { client: [read] },
    { unary: (_request, call) => (call.setAnswerMetadata({ took: "3" }), {}) },
  );
  await echo.unary({}, { onAnswerMetadata: (metadata) => void seen.push({ caller: { ...metadata } }) });
  expect(seen).toEqual([{ interceptor: { took: "3" } }, { caller: { took: "3" } }]);
});

test("items of an intercepted stream can be read in batches, and an empty stream ends", async () => {
  const { echo } = await open({ client: [(step, next) => next(step)] });
  const ids: number[] = [];
  for await (const items of echo.produce({ count: 4 }).batches()) ids.push(...items.map(({ id }) => id));
  for await (const items of echo.produce({ count: 0 }).batches()) ids.push(items.length + 100);
  expect(ids).toEqual([0, 1, 2, 3]);
});

test("a signal that many calls share keeps nothing of those that have ended", async () => {
  const { echo } = await open({ client: [pass] });
  const { signal } = new AbortController();
  for (const kind of KINDS) expect(await use(echo, kind, { signal })).toEqual(ANSWERS[kind]);
  expect(heldBy(signal)).toBe(0);
});

for (const client of [[], [pass]]) {
  test(`a stream that is left while more of it is waited for has ended, with ${client.length} interceptors`, async () => {
    const { echo } = await open({ client }, { produce: () => new Outbox<Payload>() });
    const [read, batched] = [echo.produce({}), echo.produce({})];
    const ends = [read.next(), batched.batches().next()];
    await settle();
    await Promise.all([read.return?.(), batched.return?.()]);
    expect(await Promise.all(ends)).toMatchObject([{ done: true }, { done: true }]);
  });
}
