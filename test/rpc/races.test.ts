import fc from "fast-check";
import { expect, test } from "vitest";
import { Echo, type EchoHandlers, type Payload } from "../../schemas/gen/echo.js";
import type { Call } from "../../src/index.js";
import { MillraceError } from "../../src/index.js";
import { PairRig, settle } from "../support/rig.js";

/** What happens to calls under way; each may come at any moment, any number of times. */
const EVENTS = ["deliver", "deliver", "deliver", "cancel", "answer", "fail", "tick", "close", "closeServer"] as const;
type Event = (typeof EVENTS)[number];

const KINDS = ["unary", "produce", "consume", "both"] as const;
type Kind = (typeof KINDS)[number];

const TIMEOUT_MS = 10;

/** Calls of one kind whose ends the test decides, over a pipe that takes a step when it is told to. */
class Race {
  readonly rig: PairRig;
  readonly ends: string[] = [];
  readonly aborts: string[] = [];
  private readonly steps: (() => void)[] = [];
  private readonly aborter = new AbortController();
  private readonly settlers: { answer: () => void; fail: () => void }[] = [];

  constructor(private readonly kind: Kind) {
    this.rig = new PairRig({ pace: (step) => void this.steps.push(step) });
    this.rig.server.serve(Echo, this.handlers());
  }

  async open(calls: number): Promise<void> {
    await this.deliver();
    for (let i = 0; i < calls; i++) void this.call();
    await settle();
  }

  async happen(event: Event): Promise<void> {
    if (event === "deliver") await this.deliver(1);
    if (event === "cancel") this.aborter.abort();
    if (event === "answer") this.settlers.shift()?.answer();
    if (event === "fail") this.settlers.shift()?.fail();
    if (event === "tick") this.rig.runtime.clock.advance(TIMEOUT_MS / 2);
    if (event === "close") void this.rig.client.close();
    if (event === "closeServer") void this.rig.server.close();
    await settle();
  }

  /** Lets everything come to its end that has one. */
  async finish(): Promise<void> {
    await this.deliver();
    for (const { answer } of this.settlers.splice(0)) answer();
    await this.deliver();
    this.rig.runtime.clock.advance(TIMEOUT_MS);
    await this.deliver();
  }

  private async deliver(most = Infinity): Promise<void> {
    await settle();
    for (let i = 0; i < most && this.steps.length > 0; i++) {
      this.steps.shift()!();
      await settle();
    }
  }

  private async call(): Promise<void> {
    const echo = this.rig.client.client(Echo);
    const options = { timeoutMs: TIMEOUT_MS, signal: this.aborter.signal };
    const requests = [{ id: 1 }, { id: 2 }];
    try {
      if (this.kind === "unary") await echo.unary({}, options);
      else if (this.kind === "consume") await echo.consume(requests, options);
      else {
        const answers = this.kind === "produce" ? echo.produce({}, options) : echo.both(requests, options);
        for await (const _answer of answers);
      }
      this.ends.push("answered");
    } catch (error) {
      this.ends.push((error as MillraceError).code);
    }
  }

  private handlers(): EchoHandlers {
    const end = (call: Call): Promise<Partial<Payload>> =>
      new Promise((resolve, reject) => {
        call.signal.addEventListener("abort", () => this.aborts.push((call.signal.reason as MillraceError).code));
        this.settlers.push({
          answer: () => resolve({}),
          fail: () => reject(new MillraceError("aborted", "it was not to be")),
        });
      });
    return {
      unary: (_request, call) => end(call),
      async *produce(_request, call) {
        yield {};
        yield await end(call);
      },
      async consume(_requests, call) {
        await end(call);
        return {};
      },
      async *both(requests, call) {
        yield* requests;
        yield await end(call);
      },
    };
  }
}

const ENDS = new Set(["answered", "aborted", "cancelled", "deadline_exceeded", "unavailable"]);

for (const kind of KINDS) {
  test(`each ${kind} call ends once at each end and leaves nothing behind, whatever comes in which order`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...EVENTS), { maxLength: 14 }), async (events) => {
        const race = new Race(kind);
        await race.open(2);
        for (const event of events) await race.happen(event);
        await race.finish();
        expect(race.ends.length).toBe(2);
        expect(race.ends.filter((end) => !ENDS.has(end))).toEqual([]);
        expect(race.aborts.length).toBeLessThanOrEqual(2);
        const isClosed = race.rig.client.state === "closed";
        expect(race.rig.leftovers).toEqual([0, 0, 0, isClosed ? -2 : 0]);
        expect(race.rig.runtime.reports).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
}

test("a deadline that both ends see at the same moment ends the call once at each, and its slot is free", async () => {
  const race = new Race("unary");
  await race.open(1);
  await race.happen("deliver");
  expect(race.rig.leftovers.slice(0, 2)).toEqual([1, 1]);
  race.rig.runtime.clock.advance(TIMEOUT_MS);
  await settle();
  expect([race.ends, race.aborts]).toEqual([["deadline_exceeded"], ["deadline_exceeded"]]);
  await race.finish();
  expect(race.rig.leftovers).toEqual([0, 0, 0, 0]);
});

test("an answer that crosses a cancel on its way changes nothing for the caller, and the slot is free", async () => {
  const race = new Race("unary");
  await race.open(1);
  await race.happen("deliver");
  await race.happen("answer");
  await race.happen("cancel");
  expect(race.ends).toEqual(["cancelled"]);
  await race.finish();
  expect([race.ends, race.aborts]).toEqual([["cancelled"], []]);
  expect(race.rig.leftovers).toEqual([0, 0, 0, 0]);
});

test("an answer that has arrived is not undone by the deadline", async () => {
  const race = new Race("unary");
  await race.open(1);
  await race.happen("deliver");
  await race.happen("answer");
  await race.happen("deliver");
  await race.happen("deliver");
  race.rig.runtime.clock.advance(TIMEOUT_MS);
  await race.finish();
  expect([race.ends, race.aborts]).toEqual([["answered"], []]);
  expect(race.rig.leftovers).toEqual([0, 0, 0, 0]);
});

test("a handler that never settles keeps nothing once its deadline has passed", async () => {
  const rig = new PairRig();
  rig.server.serve(Echo, {
    unary: () => new Promise(() => {}),
    produce: () => [],
    consume: () => ({}),
    both: () => [],
  });
  await settle();
  const call = rig.client.client(Echo).unary({ data: new Uint8Array(50_000) }, { timeoutMs: TIMEOUT_MS });
  const failure = expect(call).rejects.toMatchObject({ code: "deadline_exceeded" });
  await settle();
  rig.runtime.clock.advance(TIMEOUT_MS);
  await failure;
  await settle();
  expect(rig.leftovers).toEqual([0, 0, 0, 0]);
});
