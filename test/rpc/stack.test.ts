import { expect, test } from "vitest";
import { Echo, type Payload } from "../../schemas/gen/echo.js";
import { MillraceError, type Stream } from "../../src/index.js";
import { handlers } from "../support/echo.js";
import { PairRig, settle } from "../support/rig.js";

const fail = (): never => {
  throw new MillraceError("not_found", "not here");
};

async function open(options?: ConstructorParameters<typeof PairRig>[0]) {
  const rig = new PairRig(options);
  rig.server.serve(Echo, { unary: fail, produce: fail, consume: fail, both: fail });
  await settle();
  return { rig, echo: rig.client.client(Echo) };
}

/** The functions of this file, but for this one, in the stack of what `work` rejects with. */
async function callers(work: Promise<unknown>): Promise<string[]> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const frames = stack.matchAll(/at (?:async )?(?:(Promise\.\w+ \(index \d+\))|(\w+) \(\S*stack\.test\.ts:\d+:\d+\))/g);
  const names = [...frames].map(([, combinator, name]) => combinator ?? name);
  return names.filter((name) => name !== callers.name);
}

async function readAll(answers: Stream<Payload>): Promise<void> {
  for await (const _answer of answers);
}

async function readBatches(answers: Stream<Payload>): Promise<void> {
  for await (const _items of answers.batches());
}

test("an error names the async functions that wait for the call, the caller's callers too", async () => {
  const { echo } = await open();
  async function loadRow(): Promise<unknown> {
    return await echo.unary({});
  }
  async function showPage(): Promise<void> {
    await loadRow();
  }
  async function upload(): Promise<void> {
    await echo.consume([{}]);
  }
  expect(await callers(showPage())).toEqual(["loadRow", "showPage"]);
  expect(await callers(upload())).toEqual(["upload"]);
});

test("an error names who waits for several calls at once", async () => {
  const { echo } = await open();
  async function loadAll(): Promise<void> {
    await Promise.all([echo.unary({}), echo.unary({})]);
  }
  expect(await callers(loadAll())).toEqual(["Promise.all (index 0)", "loadAll"]);
});

test("an error in a stream names who reads it, item by item or in batches", async () => {
  const { echo } = await open();
  async function list(): Promise<void> {
    await readAll(echo.produce({}));
  }
  expect(await callers(list())).toEqual(["readAll", "list"]);
  expect(await callers(readAll(echo.both([{}])))).toEqual(["readAll"]);
  expect(await callers(readBatches(echo.produce({})))).toEqual(["readBatches"]);
});

test("an error that was there before somebody read names its reader", async () => {
  const { echo } = await open();
  const answers = echo.produce({});
  await settle();
  expect(await callers(readAll(answers))).toEqual(["readAll"]);
});

test("a deadline, a cancel and a close name the caller as well, each call its own", async () => {
  const rig = new PairRig();
  rig.server.serve(Echo, { ...handlers, unary: () => new Promise(() => {}) });
  await settle();
  const echo = rig.client.client(Echo);
  const aborter = new AbortController();
  async function hurry(): Promise<void> {
    await echo.unary({}, { timeoutMs: 5 });
  }
  async function giveUp(): Promise<void> {
    await echo.unary({}, { signal: aborter.signal });
  }
  async function waitLong(): Promise<void> {
    await echo.unary({});
  }
  async function waitToo(): Promise<void> {
    await echo.unary({});
  }
  const all = [hurry(), giveUp(), waitLong(), waitToo()].map(callers);
  await settle();
  rig.runtime.clock.advance(5);
  aborter.abort();
  await rig.client.close();
  expect(await Promise.all(all)).toEqual([["hurry"], ["giveUp"], ["waitLong"], ["waitToo"]]);
});

test("an error names the caller through interceptors", async () => {
  const { echo } = await open({ interceptors: { client: [(step, next) => next(step)] } });
  async function loadRow(): Promise<unknown> {
    return await echo.unary({});
  }
  expect(await callers(loadRow())).toEqual(["loadRow"]);
});

test("a call that cannot be made at all shows the line that made it", async () => {
  const { echo } = await open();
  const error: unknown = await echo.unary({ id: -1 }).catch((reason: unknown) => reason);
  expect((error as Error).stack).toContain("stack.test.ts");
});
