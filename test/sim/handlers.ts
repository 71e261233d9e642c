import { type Call, MillraceError, type Stream } from "../../src/index.js";
import type { Consumed, EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import { ANSWER, isPayload, payload } from "./payload.js";
import type { CallStep, Side } from "./plan.js";
import type { World } from "./world.js";

/** A request of so many bytes goes in one frame, whatever the limits. */
const ONE_FRAME = 16_000;

/** The handlers of one side, which do what the steps say. */
export function handlersOf(world: World, side: Side): EchoHandlers {
  const work = (call: Call): Work | undefined => {
    const found = world.stepOf(call);
    if (found && found.step.from !== side) return new Work(world, found.index, found.step, call);
    if (!world.plan.links.some((_, index) => world.isCorrupt(index))) world.fail("order", "a call of no step");
    return undefined;
  };
  return {
    unary: (request, call) => work(call)?.unary(request) ?? {},
    produce: (_request, call) => work(call)?.produce() ?? [],
    consume: (requests, call) => work(call)?.consume(requests) ?? {},
    both: (requests, call) => work(call)?.both(requests) ?? [],
  };
}

/** The handler's side of one call. */
class Work {
  private readonly isCorrupt: boolean;
  private readonly label: string;
  private aborts = 0;

  constructor(
    private readonly world: World,
    private readonly index: number,
    private readonly step: CallStep,
    private readonly call: Call,
  ) {
    this.isCorrupt = world.isCorrupt(step.link);
    this.label = `the handler of call ${index}`;
    const runs = (world.runs.get(index) ?? 0) + 1;
    world.runs.set(index, runs);
    if (runs > 1 && !this.isCorrupt) world.fail("order", `call ${index} was run ${runs} times`);
    if (this.cameInDrain()) world.fail("end", `call ${index} was run on a link that drains`);
    if (index % 2 === 0) call.signal.addEventListener("abort", () => this.aborted());
  }

  async unary(request: Payload): Promise<Partial<Payload>> {
    return this.during(async () => {
      const isIntact = (): boolean => isPayload(request.data, this.index, 0, this.step.requests[0]);
      this.check(isIntact(), "arrived changed");
      await this.work();
      this.check(isIntact(), "changed while it was lent");
      this.retain(isIntact);
      await this.misbehave();
      return { data: payload(this.index, ANSWER, this.step.answers[0]) };
    });
  }

  async *produce(): AsyncGenerator<Partial<Payload>> {
    yield* this.yielding(this.items());
  }

  async consume(requests: Stream<Payload>): Promise<Partial<Consumed>> {
    return this.during(async () => {
      await this.work();
      let count = 0;
      for await (const _request of this.read(requests)) count++;
      await this.misbehave();
      return { count };
    });
  }

  async *both(requests: Stream<Payload>): AsyncGenerator<Partial<Payload>> {
    yield* this.yielding(this.echoed(requests));
  }

  /** Whether the call came when its link had stopped accepting calls. */
  private cameInDrain(): boolean {
    const { world, step } = this;
    const side = step.from === "client" ? "server" : "client";
    // What came before may be run later: when interceptors have let it pass, or the last fragment of its request has come.
    const mayBeLate =
      (side === "server" && world.isRecorded) || (step.method === "unary" && step.requests[0] > ONE_FRAME);
    return !mayBeLate && world.links[step.link].of(side)?.state === "draining";
  }

  private async *items(): AsyncGenerator<Partial<Payload>> {
    const { answers, itemMs } = this.step;
    await this.work();
    const most = this.mostItems(answers.length);
    for (let id = 0; id < most; id++) {
      if (itemMs > 0) await this.world.sleep(itemMs);
      const data = payload(this.index, ANSWER + id, answers[id]);
      yield { id, data };
      data.fill(0xee);
    }
    await this.misbehave();
  }

  private async *echoed(requests: Stream<Payload>): AsyncGenerator<Partial<Payload>> {
    await this.work();
    yield* this.read(requests);
    await this.misbehave();
  }

  /** The requests, each checked; ends before their end if that is the handler's way. */
  private async *read(requests: Stream<Payload>): AsyncGenerator<Payload> {
    const sizes = this.step.requests;
    const most = this.mostItems(sizes.length);
    let count = 0;
    if (this.step.conduct !== "answer" && most === 0) return;
    for await (const group of this.step.inBatches ? requests.batches() : singly(requests)) {
      for (const item of group) {
        const isRight = item.id === count && isPayload(item.data, this.index, count, sizes[count] ?? -1);
        this.check(isRight, `: request ${count} is not what was sent`);
        count++;
        yield item;
      }
      if (this.step.conduct !== "answer" && count >= most) return;
      if (this.step.itemMs > 0) await this.world.sleep(this.step.itemMs);
      for (const { id, data } of group) {
        this.check(isPayload(data, this.index, id, sizes[id] ?? -1), `: request ${id} changed while it was lent`);
      }
    }
    this.check(count === sizes.length, `: ${count} of ${sizes.length} requests came, without an error`);
  }

  private mostItems(all: number): number {
    return this.step.conduct === "answer" ? all : all >> 1;
  }

  private work(): Promise<void> {
    return this.world.sleep(this.step.workMs);
  }

  private async misbehave(): Promise<void> {
    const { conduct } = this.step;
    if (conduct === "fail") throw new MillraceError("aborted", "it was not to be");
    if (conduct === "throw") throw new TypeError("a mistake");
    if (conduct !== "hang") return;
    const { signal } = this.call;
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    throw signal.reason as Error;
  }

  private retain(isIntact: () => boolean): void {
    const { retainMs } = this.step;
    if (retainMs === undefined) return;
    const release = this.call.retain();
    const later = async (): Promise<void> => {
      await this.world.sleep(retainMs);
      if (!this.call.signal.aborted) this.check(isIntact(), "changed while it was retained");
      release();
    };
    this.world.track(`what call ${this.index} retains`, later());
  }

  private aborted(): void {
    if (++this.aborts > 1) this.world.fail("end", `call ${this.index} was aborted twice`);
    if (!(this.call.signal.reason instanceof MillraceError)) this.world.fail("end", "an abort without a MillraceError");
  }

  private async during<T>(work: () => Promise<T>): Promise<T> {
    this.world.pending.add(this.label);
    try {
      const answer = await work();
      this.world.answered.add(this.index);
      return answer;
    } finally {
      this.world.pending.delete(this.label);
    }
  }

  private async *yielding<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
    this.world.pending.add(this.label);
    try {
      yield* items;
      this.world.answered.add(this.index);
    } finally {
      this.world.pending.delete(this.label);
    }
  }

  private check(isRight: boolean, what: string): void {
    if (!isRight && !this.isCorrupt) this.world.fail("content", `a request of call ${this.index} ${what}`);
  }
}

async function* singly<T>(stream: Stream<T>): AsyncGenerator<T[]> {
  for await (const item of stream) yield [item];
}
