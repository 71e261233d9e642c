import type { Effort, Probe } from "../suite.js";
import { nsPerOperation, type Patience } from "../time.js";
import { allocations } from "../allocation/measure.js";
import type { Contender } from "./contender.js";
import { contenders } from "./contenders/index.js";
import { corpora, type Corpus } from "./corpus.js";
import { contenderOf, warmUpAll } from "./stage.js";

const patience: Readonly<Record<Effort, Patience>> = {
  quick: { timeMs: 5, samples: 1 },
  full: { timeMs: 50, samples: 3 },
};
const warmUpPasses: Readonly<Record<Effort, number>> = { quick: 20, full: 100 };

const allocationOf = allocations(
  new URL("./allocation-child.js", import.meta.url),
  corpora.flatMap(({ name: row }) => [...contenders.keys()].map((subject) => ({ row, subject }))),
);

/** Makes the contender `name` for `corpus`, checks it, and warms up all of them. */
export async function openProbe(corpus: Corpus, name: string, effort: Effort): Promise<Probe> {
  const count = corpus.values.length;
  const contender = contenderOf(corpus, name);
  const allocated = await allocationOf({ row: corpus.name, subject: name });
  warmUpAll(warmUpPasses[effort]);
  const bytes = meanBytes(contender, count);
  const measure = () =>
    [
      { metric: "encode", value: nsPerOperation((i) => contender.encode(i), count, patience[effort]) },
      { metric: "decode", value: nsPerOperation((i) => contender.decode(i), count, patience[effort]) },
      { metric: "bytes", value: bytes },
      { metric: "encode-allocated", value: allocated.encode },
      { metric: "decode-allocated", value: allocated.decode },
    ] as const;
  return { measure, close: () => {} };
}

function meanBytes(contender: Contender, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += contender.encode(i);
  return sum / count;
}
