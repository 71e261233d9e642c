import { Bench } from "tinybench";

/** A sample holds at least so many operations: the clock is too coarse for one of some nanoseconds. */
const operationsInSample = 1_000;

/** How long to measure: at least `timeMs` milliseconds, and at least so many samples. */
export interface Patience {
  readonly timeMs: number;
  readonly samples: number;
}

/** What the last operation gave back; kept, so that no compiler may leave the operation out. */
export let kept: unknown;

/** Median nanoseconds of `operation(i)`, with `i` going round over `[0, count)`, measured with `patience`. */
export function nsPerOperation(operation: (i: number) => unknown, count: number, patience: Patience): number {
  const rounds = Math.ceil(operationsInSample / count);
  const sample = () => {
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < count; i++) kept = operation(i);
    }
  };
  const bench = new Bench({ time: patience.timeMs, iterations: patience.samples, warmup: false, throws: true });
  const [task] = bench.add("sample", sample, { async: false }).runSync();
  if (task.result.state !== "completed") throw new Error(`a benchmark ended as "${task.result.state}"`);
  return (task.result.latency.p50 * 1e6) / (rounds * count);
}
