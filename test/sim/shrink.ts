import type { CallStep, LinkPlan, Plan, Step } from "./plan.js";
import { type Outcome, run } from "./run.js";

/** Runs of a day until no smaller one is looked for. */
const MOST_RUNS = 400;

/** Makes a day of links that fails as small as can be. */
export function shrink(plan: Plan, live: Live<Plan> = run): Promise<Plan> {
  return shrinkBy(plan, live, [plainer, plainerLinks, plainerSteps]);
}

/**
 * Makes a plan that fails as small as can be: takes away steps, half of them first (delta debugging, Zeller 1999), then
 * everything else that a failure of the same kind does without.
 * @param plainers each gives plans that are simpler in one way.
 */
export async function shrinkBy<P extends Day>(
  plan: P,
  live: Live<P>,
  plainers: readonly ((plan: P) => Iterable<P>)[],
): Promise<P> {
  const shrinker = new Shrinker(kindOf((await live(plan)).failures), live, plainers);
  return shrinker.shrink(plan);
}

/** What is made smaller. */
interface Day {
  readonly steps: readonly unknown[];
}

/** Lives through a day and says what went wrong. */
type Live<P> = (plan: P) => Promise<Pick<Outcome, "failures">>;

class Shrinker<P extends Day> {
  private runs = 0;

  constructor(
    private readonly kind: string,
    private readonly live: Live<P>,
    private readonly plainers: readonly ((plan: P) => Iterable<P>)[],
  ) {}

  async shrink(plan: P): Promise<P> {
    let least = plan;
    for (let before: P | undefined; before !== least && this.runs < MOST_RUNS; ) {
      before = least;
      least = await this.withoutSteps(least);
      for (const smaller of this.plainers) least = await this.first(least, smaller);
    }
    return least;
  }

  private async withoutSteps(plan: P): Promise<P> {
    let least = plan;
    for (let size = Math.ceil(plan.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < least.steps.length; ) {
        const steps = least.steps.filter((_, index) => index < at || index >= at + size);
        const smaller = { ...least, steps };
        if (await this.fails(smaller)) least = smaller;
        else at += size;
      }
    }
    return least;
  }

  /** Takes each of the smaller plans that still fails, one after the other. */
  private async first(plan: P, smaller: (plan: P) => Iterable<P>): Promise<P> {
    let least = plan;
    for (let found = true; found; ) {
      found = false;
      for (const candidate of smaller(least)) {
        if (!(await this.fails(candidate))) continue;
        least = candidate;
        found = true;
        break;
      }
    }
    return least;
  }

  private async fails(plan: P): Promise<boolean> {
    if (this.runs++ >= MOST_RUNS) return false;
    return kindOf((await this.live(plan)).failures) === this.kind;
  }
}

function kindOf(failures: readonly string[]): string {
  return failures[0]?.split(":")[0] ?? "";
}

function* plainer(plan: Plan): Generator<Plan> {
  const { maxLeasedBytes: _memory, ...ample } = plan;
  if (_memory !== undefined) yield ample;
  if (plan.isDebugging) yield { ...plan, isDebugging: false };
  for (const name of Object.keys(plan.serverLimits)) yield { ...plan, serverLimits: without(plan.serverLimits, name) };
}

function* plainerLinks(plan: Plan): Generator<Plan> {
  const last = plan.links.length - 1;
  if (last > 0 && plan.steps.every(({ link }) => link < last)) yield { ...plan, links: plan.links.slice(0, last) };
  for (const [index, link] of plan.links.entries()) {
    for (const part of ["limits", "faults", "faultsToClient"] as const) {
      for (const name of Object.keys(link[part])) {
        yield withLink(plan, index, { ...link, [part]: without(link[part], name) });
      }
    }
    if (link.isRecorded) yield withLink(plan, index, { ...link, isRecorded: false });
    if (link.reading === "window") yield withLink(plan, index, { ...link, reading: "chunks" });
  }
}

function* plainerSteps(plan: Plan): Generator<Plan> {
  for (const [index, step] of plan.steps.entries()) {
    if (step.do === "message" && step.size > 1) yield withStep(plan, index, { ...step, size: step.size >> 1 });
    if (step.do !== "call") continue;
    for (const smaller of plainerCalls(step)) yield withStep(plan, index, smaller);
  }
}

function* plainerCalls(step: CallStep): Generator<CallStep> {
  const { leaveAfter: _leave, timeoutMs: _timeout, cancelAfterMs: _cancel, retainMs: _retain, ...bare } = step;
  if (Object.keys(bare).length < Object.keys(step).length && step.conduct !== "hang") yield bare;
  if (step.inBatches) yield { ...step, inBatches: false };
  for (const name of ["workMs", "itemMs", "paceMs"] as const) if (step[name] > 0) yield { ...step, [name]: 0 };
  for (const name of ["requests", "answers"] as const) {
    const sizes = step[name];
    const least = step.method === "unary" || (step.method === "produce" && name === "requests") ? 1 : 0;
    if (sizes.length > least) yield { ...step, [name]: sizes.slice(0, Math.max(least, sizes.length >> 1)) };
    if (sizes.length > least) yield { ...step, [name]: sizes.slice(0, -1) };
    if (sizes.some((size) => size > 1)) yield { ...step, [name]: sizes.map((size) => size >> 1) };
  }
}

function without<T extends object>(all: T, name: string): T {
  return Object.fromEntries(Object.entries(all).filter(([key]) => key !== name)) as T;
}

function withLink(plan: Plan, index: number, link: LinkPlan): Plan {
  return { ...plan, links: plan.links.with(index, link) };
}

function withStep(plan: Plan, index: number, step: Step): Plan {
  return { ...plan, steps: plan.steps.with(index, step) };
}
