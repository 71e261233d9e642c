import { Echo, type EchoHandlers, type Payload } from "../../schemas/gen/echo.js";
import { type Call, type CallOptions, type Link, MillraceError } from "../../src/index.js";
import { connect, type ConnectOptions, createRuntime, listen, type ListenOptions } from "../../src/node/index.js";
import type { Server } from "../../src/node/index.js";
import { ok, until } from "../contract/check.js";
import { connectionOf } from "../support/connection.js";

/** What is known of one call: how it ended for its caller, and what its handler saw. */
interface Tally {
  readonly ends: string[];
  starts: number;
  aborts: number;
}

/** Where and for how long it storms. */
export interface StormOptions {
  readonly at: ListenOptions;
  readonly trust: ConnectOptions;
  readonly random: () => number;
  /** A round is one link with 40 calls; every third link is closed under them. */
  readonly rounds: number;
}

const KINDS = ["unary", "produce", "consume", "both"] as const;
const CALLS = 40;
/** What a handler may throw. */
const MISTAKES: readonly unknown[] = [
  new MillraceError("aborted", "not now"),
  new Error("a secret"),
  "text",
  undefined,
];

/** Calls of all kinds that are answered, failed, cancelled, late and cut off at random moments. */
export class Storm {
  /** How many calls ended how. */
  readonly ends = new Map<string, number>();
  private readonly tallies: Tally[] = [];
  private readonly runtime = createRuntime({ report: () => {} });

  constructor(private readonly options: StormOptions) {}

  /** Rejects when a call ended twice at either end, or left a stream or memory behind; never resolves when one did not end. */
  async rage(): Promise<void> {
    const { at, rounds } = this.options;
    const server = await listen({ ...at, runtime: this.runtime });
    server.serve(Echo, this.handlers());
    for (let round = 0; round < rounds; round++) await this.round(server, round % 3 === 2);
    await server.close();
    await until(() => this.runtime.slabs.leased === 0);
    for (const tally of this.tallies) this.check(tally);
  }

  private async round(server: Server, isCut: boolean): Promise<void> {
    const link = await connect(server.urls[0], { ...this.options.trust, runtime: this.runtime, reconnect: false });
    const [other] = server.links;
    const ends = [link, other].map(connectionOf);
    const calls = Array.from({ length: CALLS }, () => this.call(link));
    if (isCut) {
      await this.turns(40);
      await (this.chance(0.5) ? link : other).close();
    }
    await Promise.all(calls);
    await until(() => ends.every(({ streams }) => streams.count === 0));
    await link.close();
    await until(() => server.links.size === 0);
  }

  private async call(link: Link): Promise<void> {
    const tally: Tally = { ends: [], starts: 0, aborts: 0 };
    const id = String(this.tallies.push(tally) - 1);
    await this.turns(20);
    const echo = link.client(Echo);
    const options = { ...this.limits(), metadata: { id } };
    const kind = KINDS[Math.floor(this.options.random() * KINDS.length)];
    if (kind === "unary") tally.ends.push(await endOf(echo.unary({}, options)));
    if (kind === "consume") tally.ends.push(await endOf(echo.consume(this.requests(), options)));
    if (kind === "produce") tally.ends.push(...(await this.endsOf(echo.produce({}, options))));
    if (kind === "both") tally.ends.push(...(await this.endsOf(echo.both(this.requests(), options))));
  }

  /** A signal or a deadline, or both: some handlers wait to be stopped. */
  private limits(): CallOptions {
    const timeoutMs = this.options.random() * 10;
    if (this.chance(0.4)) return { timeoutMs };
    const aborter = new AbortController();
    void this.turns(30).then(() => aborter.abort());
    return this.chance(0.5) ? { signal: aborter.signal } : { signal: aborter.signal, timeoutMs };
  }

  private async *requests(): AsyncGenerator<Partial<Payload>> {
    for (let id = 0; id < 3; id++) {
      yield { id };
      await this.turns(5);
    }
    if (this.chance(0.1)) throw new Error("out of requests");
  }

  /** How a stream ended, and whatever it throws after that. */
  private async endsOf(stream: AsyncIterator<unknown>): Promise<string[]> {
    if (this.chance(0.1)) {
      await stream.return?.();
      return ["left"];
    }
    const ends: string[] = [];
    for (let left = 3; left > 0; ) {
      const end = await endOf(stream.next().then(({ done }) => done === true));
      if (end === "false") continue;
      if (end !== "true") ends.push(end);
      else if (ends.length === 0) ends.push("answered");
      left--;
    }
    return ends;
  }

  private handlers(): EchoHandlers {
    const { work } = this;
    return {
      unary: (request, call) => work(call, request),
      async *produce(_request, call) {
        yield {};
        yield await work(call, {});
      },
      async consume(requests, call) {
        if (call.remainingMs < 5) for await (const _request of requests);
        return work(call, {});
      },
      async *both(requests, call) {
        yield* requests;
        yield await work(call, {});
      },
    };
  }

  /** What every handler does at last: answers, throws, or waits to be stopped. */
  private readonly work = async <T>(call: Call, answer: T): Promise<T> => {
    const tally = this.tallies[Number(call.metadata["id"])];
    tally.starts++;
    call.signal.addEventListener("abort", () => tally.aborts++);
    await this.turns(15);
    if (this.chance(0.2)) throw MISTAKES[Math.floor(this.options.random() * MISTAKES.length)];
    if (this.chance(0.3) && !call.signal.aborted) {
      await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
    }
    return answer;
  };

  private check({ ends, starts, aborts }: Tally): void {
    ok(ends.length === 1, `a call ended with ${ends.join(" and ") || "nothing"}`);
    ok(starts <= 1 && aborts <= starts, `a handler ran ${starts} times and was stopped ${aborts} times`);
    ok(aborts === 0 || ends[0] !== "answered", "a handler was stopped although its answer had arrived");
    this.ends.set(ends[0], (this.ends.get(ends[0]) ?? 0) + 1);
  }

  private chance(odds: number): boolean {
    return this.options.random() < odds;
  }

  /** Waits for some turns of the event loop, fewer than `most`. */
  private async turns(most: number): Promise<void> {
    for (let left = this.options.random() * most; left > 1; left--) await new Promise((turn) => setImmediate(turn));
  }
}

/** What a promise resolves with, or the code it rejects with. */
function endOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    (value) => (typeof value === "boolean" ? String(value) : "answered"),
    (error: unknown) => (error instanceof MillraceError ? error.code : String(error)),
  );
}
