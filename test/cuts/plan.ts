import { Random } from "../../src/testing/index.js";
import { type CallPlan, drawCall } from "../ledger/call-plan.js";

/** What befalls a server, or the network before it. */
export const FAULTS = ["kill", "stop", "drain", "reset", "refuse", "swallow", "toServer", "toClient", "slow"] as const;
export type FaultName = (typeof FAULTS)[number];

/** When, after the start of the cycle, and by which client. */
interface At {
  readonly atMs: number;
  readonly client: number;
}

export type Load = At & (CallPlan | { readonly do: "message" });

export interface FaultPlan {
  readonly do: FaultName;
  readonly atMs: number;
  /** Index of the server. */
  readonly server: number;
  /** When it is made good again, after its start. */
  readonly lastsMs: number;
}

/** One cycle as plain data. */
export interface CyclePlan {
  readonly seed: number;
  readonly calls: readonly Load[];
  readonly faults: readonly FaultPlan[];
}

/** How long calls are made for. */
const LOAD_MS = 6_000;
const CALLS = 60;
const MOST_BYTES = 100_000;

/** The cycle that a seed stands for. */
export function planOf(seed: number, clients: number, servers: number): CyclePlan {
  const random = new Random(seed);
  const first = random.int(0, servers - 1);
  // Not two to the same server, which would make each other good.
  const faults = Array.from({ length: random.pick([1, 1, 2]) }, (_, index) =>
    drawFault(random, (first + index) % servers),
  );
  const calls = Array.from({ length: CALLS }, () => drawLoad(random, clients));
  return { seed, faults, calls };
}

function drawFault(random: Random, server: number): FaultPlan {
  return {
    do: random.pick(FAULTS),
    atMs: random.int(0, LOAD_MS / 2),
    server,
    lastsMs: random.pick([0, random.int(1, 4_000), random.int(15_000, 25_000)]),
  };
}

function drawLoad(random: Random, clients: number): Load {
  const at = { atMs: random.int(0, LOAD_MS), client: random.int(0, clients - 1) };
  return random.chance(0.1) ? { ...at, do: "message" } : { ...at, ...drawCall(random, MOST_BYTES) };
}
