import { Child } from "../../examples/support/child.js";
import { contenders } from "./contenders/index.js";
import { corpora } from "./corpus.js";

/** Room for all that a contender allocates on one row, so that no collection hides it. */
const heapFlags = ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"];

/** Bytes that one operation allocates. */
export interface Allocation {
  readonly encode: number;
  readonly decode: number;
}

/** One contender on one row, both by name. */
export interface AllocationQuestion {
  readonly row: string;
  readonly subject: string;
}

/** What it allocates; or why that is not known. */
export type AllocationAnswer = (Allocation & { readonly ok: true }) | { readonly ok: false; readonly reason: string };

let measured: Promise<ReadonlyMap<string, AllocationAnswer>> | undefined;

/** What a contender allocates; all are measured when the first is asked for, in one process with a large heap. */
export async function allocationOf({ row, subject }: AllocationQuestion): Promise<Allocation> {
  measured ??= measureAll();
  const answer = (await measured).get(`${row}/${subject}`);
  if (answer?.ok !== true) throw new Error(answer?.reason ?? `there is no ${subject} on ${row}`);
  return answer;
}

async function measureAll(): Promise<ReadonlyMap<string, AllocationAnswer>> {
  const module = new URL("./allocation-child.js", import.meta.url);
  const execArgv = [...heapFlags, ...process.execArgv];
  const name = "the process that measures what is allocated";
  const child = new Child<AllocationQuestion, AllocationAnswer, "ready">(name, module, [], { execArgv });
  const answers = new Map<string, AllocationAnswer>();
  try {
    await child.ready;
    for (const { name: row } of corpora) {
      for (const subject of contenders.keys()) answers.set(`${row}/${subject}`, await child.ask({ row, subject }));
    }
  } finally {
    await child.stop();
  }
  return answers;
}
