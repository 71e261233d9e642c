import type { MarketClient } from "../../schemas/gen/market.js";
import type { Gap } from "../../src/index.js";

/** An event as its publisher or a subscriber knows it: `run` is the life of the server that it was published in. */
export interface Known {
  readonly symbol: string;
  readonly offset: number;
  readonly value: number;
  readonly run: number;
}

/** What a subscriber of one key is given, in order. */
export class Watch {
  readonly seen: (Known | Gap)[] = [];
  /** Why it ended, which it should not. */
  ended: string | undefined;

  constructor(
    market: MarketClient,
    readonly symbol: string,
  ) {
    const quotes = market.quotes({ symbol }, { from: "start", onGap: (gap) => void this.seen.push(gap) });
    quotes
      .forEach(({ price, time }, offset) => void this.seen.push({ symbol, offset: offset!, value: price, run: time }))
      .then(() => (this.ended = "without a reason"))
      .catch((error: Error) => (this.ended = error.message));
  }

  get events(): Known[] {
    return this.seen.filter((one): one is Known => "value" in one);
  }

  /** Whether it is at a life of the server: it has an event of that, or was told what the one before took with it. */
  isAt(run: number): boolean {
    const last = this.seen.at(-1);
    return last !== undefined && (!("value" in last) || last.run === run);
  }

  /** @param isKept whether events outlive their server: one that is published again still names the run that stored it. */
  has({ offset, value, run }: Known, isKept: boolean): boolean {
    return this.events.some((one) => one.offset === offset && one.value === value && (isKept || one.run === run));
  }
}

/** What is wrong where nothing may be lost: each event once and in order, and all that were acknowledged. */
export function lostOnDisk({ seen, symbol }: Watch, acknowledged: readonly Known[]): string[] {
  const wrong: string[] = [];
  const values = new Set<number>();
  seen.forEach((one, i) => {
    if (!("value" in one)) {
      wrong.push(`${symbol} has a gap: ${JSON.stringify(one)}`);
      return;
    }
    if (one.offset !== i) wrong.push(`${symbol} was given offset ${one.offset} where ${i} should be`);
    if (values.has(one.value)) wrong.push(`${symbol} has ${one.value} twice`);
    values.add(one.value);
  });
  for (const known of acknowledged) {
    const one = seen[known.offset];
    if (known.symbol !== symbol || (one && "value" in one && one.value === known.value)) continue;
    wrong.push(`${symbol} lost ${JSON.stringify(known)}, and has ${JSON.stringify(one)}`);
  }
  return wrong;
}

/** What is wrong where each life of the server has its own history: what is missing and was not reported. */
export function lostInMemory(watch: Watch, acknowledged: readonly Known[]): string[] {
  const { seen, symbol } = watch;
  const wrong: string[] = [];
  let next = 0;
  let run = 0;
  let isTold = true;
  for (const one of seen) {
    if (!("value" in one)) {
      if (one.reason === "epoch") isTold = true;
      else wrong.push(`${symbol} has a gap that was not to be: ${JSON.stringify(one)}`);
      continue;
    }
    if (one.run !== run) {
      if (!isTold) wrong.push(`${symbol} was not told what run ${run} took with it`);
      next = 0;
      run = one.run;
    }
    if (one.offset !== next)
      wrong.push(`${symbol} was given offset ${one.offset} of run ${run} where ${next} should be`);
    next = one.offset + 1;
    isTold = false;
  }
  // What was lost with the last run that events came from was told behind them.
  if (isTold) return wrong;
  const last = acknowledged.filter((known) => known.symbol === symbol && known.run === run);
  for (const known of last) if (!watch.has(known, false)) wrong.push(`${symbol} lost ${JSON.stringify(known)}`);
  return wrong;
}
