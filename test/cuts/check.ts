import type { MadeCall } from "./call.js";
import { type CyclePlan, IDEMPOTENT } from "./plan.js";
import type { Run } from "./run.js";

/** How late a deadline's timer may be on a machine that does other things besides. */
const LATE_MS = 2_000;

/** How often a call may be run in all that may be run again: its first attempt and its retries. */
const MOST_RUNS = 5;

/** Checks how the calls of a cycle ended against what the servers wrote down. */
export function checkCycle(run: Run, plan: CyclePlan): void {
  run.ledger.refresh();
  for (const call of run.calls) {
    for (const mistake of mistakesOf(call, run)) {
      run.fail(`call ${call.id}, ${JSON.stringify(call.plan)}: ${mistake}`);
    }
  }
  for (const id of run.sent) {
    const times = run.ledger.count(`message ${id}`);
    if (times > 1) run.fail(`message ${id} came ${times} times`);
  }
  if (run.failures.length > 0) run.fail(`the faults were ${JSON.stringify(plan.faults)}`);
}

function* mistakesOf(call: MadeCall, { ledger }: Run): Generator<string> {
  const { id, plan, ends, endMs, startMs, mistakes } = call;
  yield* mistakes;
  if (ends.length !== 1) return yield `ended with ${ends.join(" and ") || "nothing"}`;
  const [end] = ends;
  if (!endsOf(call).has(end)) yield `ended with ${end}`;
  const late = endMs! - startMs - (plan.timeoutMs ?? Infinity);
  if (late > LATE_MS) yield `ended ${Math.round(late)} ms after its deadline`;
  const started = ledger.count(`started ${id}`);
  const most = IDEMPOTENT.has(plan.do) ? MOST_RUNS : 1;
  if (started > most) yield `was run ${started} times`;
  if (end === "ok" && ledger.count(`done ${id}`) === 0) yield "succeeded, and no server had run it to its end";
}

function endsOf({ plan }: MadeCall): Set<string> {
  const ends = new Set(["ok", "unavailable"]);
  if (plan.timeoutMs !== undefined) ends.add("deadline_exceeded");
  if (plan.cancelAfterMs !== undefined) ends.add("cancelled");
  return ends;
}

/** Checks, when everything is closed, what is left of it. */
export function checkEnd(run: Run): void {
  for (const { server, left } of run.sides.entries().map(([index, side]) => ({ server: index, left: side.left }))) {
    for (const { slabs, links, resources } of left) {
      const isEmpty = slabs === 0 && links === 0 && resources.length === 0;
      if (!isEmpty) run.fail(`server ${server} was left with ${slabs} slabs, ${links} links, ${resources.join()}`);
    }
  }
}
