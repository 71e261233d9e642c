import { isDeepStrictEqual } from "node:util";
import type { Effort, Probe } from "../suite.js";
import { nsPerOperation } from "../time.js";
import type { Contender } from "./contender.js";

const timeMs: Readonly<Record<Effort, number>> = { quick: 30, full: 150 };

/** Checks that `contender` gets each of `count` values back, warms it up and measures it. */
export function openProbe(contender: Contender, count: number, effort: Effort): Probe {
  for (let i = 0; i < count; i++) check(contender, i);
  const measure = () => {
    const encode = nsPerOperation((i) => contender.encode(i), count, timeMs[effort]);
    const decode = nsPerOperation((i) => contender.decode(i), count, timeMs[effort]);
    return [
      { metric: "encode", value: encode },
      { metric: "decode", value: decode },
      { metric: "bytes", value: meanBytes(contender, count) },
    ] as const;
  };
  measure();
  return { measure, close: () => {} };
}

function check(contender: Contender, i: number): void {
  if (contender.encode(i) === 0) throw new Error(`value ${i} was encoded to nothing`);
  if (!isDeepStrictEqual(contender.decode(i), contender.expected(i))) throw new Error(`value ${i} did not come back`);
}

function meanBytes(contender: Contender, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += contender.encode(i);
  return sum / count;
}
