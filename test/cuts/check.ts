import { mistakesOf } from "../ledger/outcome.js";
import type { CyclePlan } from "./plan.js";
import type { Run } from "./run.js";

/** How late a deadline's timer may be on a machine that does other things besides. */
const LATE_MS = 40_000;

/** Checks how the calls of a cycle ended against what the servers wrote down. */
export function checkCycle(run: Run, plan: CyclePlan): void {
  run.ledger.refresh();
  const rules = { count: (line: string) => run.ledger.count(line), mayFail: true, mayRefuse: false, lateMs: LATE_MS };
  for (const call of run.calls) {
    for (const mistake of mistakesOf(call, rules)) {
      run.fail(`call ${call.id}, ${JSON.stringify(call.plan)}: ${mistake}`);
    }
  }
  for (const id of run.sent) {
    const times = run.ledger.count(`message ${id}`);
    if (times > 1) run.fail(`message ${id} came ${times} times`);
  }
  if (run.failures.length > 0) run.fail(`the faults were ${JSON.stringify(plan.faults)}`);
}

/** Checks, when everything is closed, what is left of it, and what was run late. */
export function checkEnd(run: Run): void {
  run.ledger.refresh();
  for (const [line, times] of run.ledger.all) {
    const [what, id] = line.split(" ");
    if (times > 1 && !run.again.has(Number(id))) run.fail(`${what} of ${id} was written ${times} times`);
  }
  for (const [index, { left }] of run.sides.entries()) {
    for (const { slabs, links, resources } of left) {
      const isEmpty = slabs === 0 && links === 0 && resources.length === 0;
      if (!isEmpty) run.fail(`server ${index} was left with ${slabs} slabs, ${links} links, ${resources.join()}`);
    }
  }
}
