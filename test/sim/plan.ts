import type { Limits } from "../../src/link/limits.js";
import { type Faults, Random, type Reading } from "../../src/testing/index.js";
import { drawFaults, drawLimits, Sizes } from "./draw.js";

export const METHODS = ["unary", "produce", "consume", "both"] as const;
export type MethodName = (typeof METHODS)[number];
export type Side = "client" | "server";

/** What a handler does: `early` answers before it has read all requests, `hang` waits until it is told to stop. */
export const CONDUCTS = ["answer", "early", "fail", "throw", "hang"] as const;
export type Conduct = (typeof CONDUCTS)[number];

interface At {
  /** When, in milliseconds since the start. */
  readonly atMs: number;
  /** Index of the link in `Plan.links`. */
  readonly link: number;
}

/** One call. Sizes are bytes of `data`. */
export interface CallStep extends At {
  readonly do: "call";
  readonly from: Side;
  readonly method: MethodName;
  readonly requests: readonly number[];
  readonly answers: readonly number[];
  readonly conduct: Conduct;
  /** How long the handler works before it answers, and before each item that it gives or takes. */
  readonly workMs: number;
  readonly itemMs: number;
  /** How long the caller waits before each item that it gives or takes. */
  readonly paceMs: number;
  /** Whether the streams of this call are read in groups. */
  readonly inBatches: boolean;
  /** After so many answers the caller leaves the stream. */
  readonly leaveAfter?: number;
  readonly timeoutMs?: number;
  readonly cancelAfterMs?: number;
  /** How long the handler retains what it was lent, after it has settled. */
  readonly retainMs?: number;
}

export interface MessageStep extends At {
  readonly do: "message";
  readonly from: Side;
  readonly size: number;
  readonly workMs: number;
}

export interface StallStep extends At {
  readonly do: "stall";
  readonly ms: number;
  readonly way: "both" | "toServer" | "toClient";
}

export interface EndStep extends At {
  readonly do: "drain" | "close";
  readonly from: Side;
}

export interface CutStep extends At {
  readonly do: "cut" | "closeServer";
}

export type Step = CallStep | MessageStep | StallStep | EndStep | CutStep;

export interface LinkPlan {
  readonly reading: Reading;
  readonly limits: Partial<Limits>;
  readonly faults: Partial<Faults>;
  readonly faultsToClient: Partial<Faults>;
  /** Whether calls pass interceptors. */
  readonly isRecorded: boolean;
}

/** A bad day as plain data, so that it can be printed, run again, and made smaller. */
export interface Plan {
  readonly seed: number;
  readonly isDebugging: boolean;
  /** The cap of memory for what is received. */
  readonly maxLeasedBytes?: number;
  readonly serverLimits: Partial<Limits>;
  readonly links: readonly LinkPlan[];
  /** In the order of their time. */
  readonly steps: readonly Step[];
}

/** The day that a seed stands for. */
export function planOf(seed: number): Plan {
  const random = new Random(seed);
  const isRough = random.chance(0.35);
  const serverLimits = drawLimits(random, isRough);
  const links = Array.from({ length: random.pick([1, 1, 2, 3]) }, () => drawLink(random, isRough));
  const sizes = new Sizes(random);
  const count = random.pick([3, 8, 15, 40]);
  const day: Day = {
    random,
    sizes,
    isRough,
    links: links.length,
    method: random.chance(0.3) ? random.pick(METHODS) : undefined,
    conduct: random.chance(0.2) ? random.pick(CONDUCTS) : undefined,
  };
  const steps = Array.from({ length: count }, () => drawStep(day));
  steps.sort((a, b) => a.atMs - b.atMs);
  const isDebugging = random.chance(0.15);
  const isShort = isRough && random.chance(0.15);
  return { seed, isDebugging, ...(isShort && { maxLeasedBytes: 200_000 }), serverLimits, links, steps };
}

function drawLink(random: Random, isRough: boolean): LinkPlan {
  const faults = drawFaults(random, isRough);
  return {
    reading: random.chance(0.7) ? "window" : "chunks",
    limits: drawLimits(random, isRough),
    faults,
    faultsToClient: random.chance(0.5) ? faults : drawFaults(random, isRough),
    isRecorded: random.chance(0.2),
  };
}

/** What the steps of a day have in common. */
interface Day {
  readonly random: Random;
  readonly sizes: Sizes;
  readonly isRough: boolean;
  readonly links: number;
  /** What most calls of this day are and do, so that their ends meet. */
  readonly method: MethodName | undefined;
  readonly conduct: Conduct | undefined;
}

function drawStep(day: Day): Step {
  const { random, sizes, links, isRough } = day;
  const at = { atMs: random.chance(0.3) ? 100 : random.int(0, 1500), link: random.int(0, links - 1) };
  const from = random.chance(0.75) ? "client" : "server";
  if (isRough && random.chance(0.12)) return drawEnd(random, at, from);
  if (random.chance(0.01)) return { ...at, do: "drain", from };
  if (random.chance(0.06)) {
    const ms = random.int(1, isRough ? 40_000 : 2000);
    return { ...at, do: "stall", ms, way: random.pick(["both", "toServer", "toClient"]) };
  }
  if (random.chance(0.2))
    return { ...at, do: "message", from, size: sizes.draw(), workMs: random.pick([0, 0, 5, 200]) };
  return drawCall(day, at, from);
}

function drawEnd(random: Random, at: At, from: Side): Step {
  const what = random.pick(["cut", "drain", "drain", "close", "closeServer"] as const);
  return what === "cut" || what === "closeServer" ? { ...at, do: what } : { ...at, do: what, from };
}

function drawCall(day: Day, at: At, from: Side): CallStep {
  const { random, sizes } = day;
  const method = (random.chance(0.7) ? day.method : undefined) ?? random.pick(METHODS);
  const conduct = random.chance(0.7) ? (day.conduct ?? "answer") : random.pick(CONDUCTS);
  const requests = method === "unary" ? [sizes.draw()] : method === "produce" ? [0] : sizes.many();
  const answers = method === "unary" ? [sizes.draw()] : method === "produce" ? sizes.many() : [];
  const timeoutMs = random.chance(0.2) ? random.int(1, 3000) : undefined;
  const mustEnd = conduct === "hang" && timeoutMs === undefined;
  const cancelAfterMs = mustEnd || random.chance(0.15) ? random.int(0, 2000) : undefined;
  const isRead = method === "produce" || method === "both";
  return {
    ...at,
    do: "call",
    from,
    method,
    requests,
    answers,
    conduct,
    workMs: random.pick([0, 0, 1, 50, 1000]),
    itemMs: random.pick([0, 0, 0, 3]),
    paceMs: random.pick([0, 0, 0, 5]),
    inBatches: random.chance(0.3),
    ...(isRead && random.chance(0.15) && { leaveAfter: random.int(0, 5) }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(cancelAfterMs !== undefined && { cancelAfterMs }),
    ...(random.chance(0.1) && { retainMs: random.int(0, 500) }),
  };
}
