import type { End, MadeCall } from "./call.js";
import { IDEMPOTENT } from "./call-plan.js";

/** How often a call may be run that may be run again: its first attempt and its retries. */
const MOST_RUNS = 5;

/** What of the outcome of a call is not true. */
export function* mistakesOf(call: MadeCall, rules: Rules): Generator<string> {
  const { id, plan, ends, endMs, startMs, mistakes } = call;
  yield* mistakes;
  const [end = "nothing"] = ends;
  if (ends.length > 1) yield `ended with ${ends.join(" and ")}`;
  if (!endsOf(call, rules).has(end)) yield `ended with ${end}`;
  const lateMs = (endMs ?? startMs) - startMs - (plan.timeoutMs ?? Infinity);
  if (lateMs > rules.lateMs) yield `ended ${lateMs} ms after its deadline`;
  const started = rules.count(`started ${id}`);
  const most = IDEMPOTENT.has(plan.do) ? MOST_RUNS : 1;
  if (started > most) yield `was run ${started} times`;
  if (end === "ok" && rules.count(`done ${id}`) === 0) yield "succeeded, and no server had run it to its end";
}

/** What outcomes are held against. */
export interface Rules {
  /** How often servers wrote a line. */
  readonly count: (line: string) => number;
  /** Whether a server or the network may have failed the call. */
  readonly mayFail: boolean;
  /** Whether a server may have had more calls than it takes. */
  readonly mayRefuse: boolean;
  /** How long after its deadline a call may end. */
  readonly lateMs: number;
}

function endsOf({ plan }: MadeCall, { mayFail, mayRefuse }: Rules): Set<End> {
  const ends = new Set<End>(["ok"]);
  if (mayFail) ends.add("unavailable");
  if (mayRefuse) ends.add("resource_exhausted");
  if (plan.timeoutMs !== undefined) ends.add("deadline_exceeded");
  if (plan.cancelAfterMs !== undefined) ends.add("cancelled");
  return ends;
}
