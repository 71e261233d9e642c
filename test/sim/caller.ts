import { type CallOptions, MillraceError, Outbox, type Stream } from "../../src/index.js";
import { Echo, type EchoClient, type Payload } from "../../schemas/gen/echo.js";
import { ANSWER, isPayload, payload } from "./payload.js";
import type { CallStep } from "./plan.js";
import type { End, World } from "./world.js";

/** Makes the call of a step and notes how it ended. */
export async function makeCall(world: World, index: number, step: CallStep): Promise<void> {
  const link = world.links[step.link];
  await link.ready;
  const end = await new Caller(world, index, step).end(link.of(step.from)?.client(Echo));
  world.note(`${index} ${end}`);
  if (world.ends.has(index)) world.fail("end", `call ${index} ended twice`);
  world.ends.set(index, end);
}

/** The caller's side of one call. */
class Caller {
  private readonly isCorrupt: boolean;

  constructor(
    private readonly world: World,
    private readonly index: number,
    private readonly step: CallStep,
  ) {
    this.isCorrupt = world.isCorrupt(step.link);
  }

  async end(echo: EchoClient | undefined): Promise<End> {
    if (!echo) return "no link";
    try {
      return await this.run(echo);
    } catch (error) {
      if (error instanceof MillraceError) return error.code;
      this.world.fail("end", `call ${this.index} failed with what is no MillraceError: ${String(error)}`);
      return "no code";
    }
  }

  private run(echo: EchoClient): Promise<End> {
    const { method, requests, answers } = this.step;
    const options = this.options();
    if (method === "unary") return this.one(echo, options);
    if (method === "consume") return this.consume(echo, options);
    if (method === "both") return this.read(echo.both(this.requests(), options), requests, 0);
    return this.read(echo.produce({ count: answers.length }, options), answers, ANSWER);
  }

  private options(): CallOptions {
    const { timeoutMs, cancelAfterMs } = this.step;
    const options = { metadata: { step: String(this.index) }, timeoutMs };
    if (cancelAfterMs === undefined) return options;
    const aborter = new AbortController();
    this.world.net.clock.after(cancelAfterMs, () => aborter.abort());
    return { ...options, signal: aborter.signal };
  }

  private async one(echo: EchoClient, options: CallOptions): Promise<End> {
    const data = payload(this.index, 0, this.step.requests[0]);
    const answer = echo.unary({ data }, options);
    // Interceptors may read the request later.
    if (!this.world.plan.links[this.step.link].isRecorded) data.fill(0xee);
    this.check(await answer, 0, ANSWER, this.step.answers[0]);
    return "ok";
  }

  private async consume(echo: EchoClient, options: CallOptions): Promise<End> {
    const { count } = await echo.consume(this.requests(), options);
    const { conduct, requests } = this.step;
    if (conduct === "answer" && count !== requests.length && !this.isCorrupt) {
      this.world.fail("order", `${count} of the ${requests.length} requests of call ${this.index} were counted`);
    }
    return "ok";
  }

  private async read(stream: Stream<Payload>, sizes: readonly number[], base: number): Promise<End> {
    const { leaveAfter, paceMs, inBatches, conduct } = this.step;
    let count = 0;
    for await (const group of inBatches ? stream.batches() : singly(stream)) {
      for (const item of group) this.check(item, count, base + count, sizes[count++] ?? -1);
      if (leaveAfter !== undefined && count >= leaveAfter) break;
      if (paceMs > 0) await this.world.sleep(paceMs);
    }
    const after = await stream.next();
    if (after.done !== true) this.world.fail("end", `call ${this.index} gives items after its end`);
    if (leaveAfter !== undefined && count >= leaveAfter) return "left";
    if (conduct === "answer" && count !== sizes.length && !this.isCorrupt) {
      this.world.fail("order", `call ${this.index} ended after ${count} of ${sizes.length} items, without an error`);
    }
    return "ok";
  }

  /** Checks one answer, now and, since it is the caller's own, at the end of the day. */
  private check({ id, data }: Payload, wanted: number, item: number, size: number): void {
    if (this.isCorrupt) return;
    if (id !== wanted) this.world.fail("order", `call ${this.index} got item ${id} instead of ${wanted}`);
    else if (!isPayload(data, this.index, item, size)) {
      this.world.fail("content", `item ${id} of call ${this.index} is not what was sent`);
    } else this.world.kept.push(() => isPayload(data, this.index, item, size));
  }

  private requests(): AsyncIterable<Partial<Payload>> {
    if (this.index % 3 > 0) return this.generate(true);
    const outbox = new Outbox<Payload>();
    this.world.track(`the outbox of call ${this.index}`, this.feed(outbox));
    return outbox;
  }

  private async feed(outbox: Outbox<Payload>): Promise<void> {
    try {
      for await (const item of this.generate(false)) await outbox.write(item);
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
    }
    outbox.end();
  }

  /** The requests one after the other; when `spoils`, each is overwritten as soon as the next one is asked for. */
  private async *generate(spoils: boolean): AsyncGenerator<Partial<Payload>> {
    const label = `the requests of call ${this.index}`;
    this.world.pending.add(label);
    try {
      for (const [id, size] of this.step.requests.entries()) {
        if (this.step.paceMs > 0) await this.world.sleep(this.step.paceMs);
        const data = payload(this.index, id, size);
        yield { id, data };
        if (spoils) data.fill(0xee);
      }
    } finally {
      this.world.pending.delete(label);
    }
  }
}

async function* singly<T>(stream: Stream<T>): AsyncGenerator<T[]> {
  for await (const item of stream) yield [item];
}
