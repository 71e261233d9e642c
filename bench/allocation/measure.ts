import { Child } from "../../examples/support/child.js";

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

/**
 * Asks what contenders allocate. All `questions` are put when the first answer is wanted, to one process with a large heap
 * that runs `module`, which answers them (`answer.ts`).
 */
export function allocations(
  module: URL,
  questions: readonly AllocationQuestion[],
): (question: AllocationQuestion) => Promise<Allocation> {
  let measured: Promise<ReadonlyMap<string, AllocationAnswer>> | undefined;
  return async ({ row, subject }) => {
    measured ??= measureAll(module, questions);
    const answer = (await measured).get(`${row}/${subject}`);
    if (answer?.ok !== true) throw new Error(answer?.reason ?? `there is no ${subject} on ${row}`);
    return answer;
  };
}

async function measureAll(
  module: URL,
  questions: readonly AllocationQuestion[],
): Promise<ReadonlyMap<string, AllocationAnswer>> {
  const execArgv = [...heapFlags, ...process.execArgv];
  const name = "the process that measures what is allocated";
  const child = new Child<AllocationQuestion, AllocationAnswer, "ready">(name, module, [], { execArgv });
  const answers = new Map<string, AllocationAnswer>();
  try {
    await child.ready;
    for (const { row, subject } of questions) answers.set(`${row}/${subject}`, await child.ask({ row, subject }));
  } finally {
    await child.stop();
  }
  return answers;
}
