import { Random } from "../../src/testing/index.js";

export const METHODS = ["post", "look", "follow", "list", "import", "exchange"] as const;
export type MethodName = (typeof METHODS)[number];

/** Methods that the schema marks as idempotent. */
export const IDEMPOTENT: ReadonlySet<MethodName> = new Set(["look", "list"]);

/** What befalls a server, or the network before it. */
export const FAULTS = ["kill", "stop", "drain", "reset", "refuse", "swallow", "toServer", "toClient", "slow"] as const;
export type FaultName = (typeof FAULTS)[number];

export interface CallPlan {
  readonly do: MethodName;
  readonly atMs: number;
  /** Index of the client. */
  readonly client: number;
  /** Entries of a stream, from either end. */
  readonly count: number;
  /** How long the server works before its answer, or before each entry that it gives. */
  readonly workMs: number;
  /** Size of each request. */
  readonly bytes: number;
  readonly timeoutMs?: number;
  readonly waitForReady: boolean;
  /** The caller cancels after so long. */
  readonly cancelAfterMs?: number;
}

export interface MessagePlan {
  readonly do: "message";
  readonly atMs: number;
  readonly client: number;
}

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
  readonly calls: readonly (CallPlan | MessagePlan)[];
  readonly faults: readonly FaultPlan[];
}

/** How long calls are made for. */
const LOAD_MS = 300;
const CALLS = 60;

/** The cycle that a seed stands for. */
export function planOf(seed: number, clients: number, servers: number): CyclePlan {
  const random = new Random(seed);
  const first = random.int(0, servers - 1);
  // Not two to the same server, which would make each other good.
  const faults = Array.from({ length: random.pick([1, 1, 2]) }, (_, index) =>
    drawFault(random, (first + index) % servers),
  );
  const calls = Array.from({ length: CALLS }, () => drawCall(random, clients));
  return { seed, faults, calls };
}

function drawFault(random: Random, server: number): FaultPlan {
  return {
    do: random.pick(FAULTS),
    atMs: random.int(0, LOAD_MS / 2),
    server,
    lastsMs: random.pick([0, random.int(1, 200), random.int(600, 1200)]),
  };
}

function drawCall(random: Random, clients: number): CallPlan | MessagePlan {
  const at = { atMs: random.int(0, LOAD_MS), client: random.int(0, clients - 1) };
  if (random.chance(0.1)) return { ...at, do: "message" };
  return {
    ...at,
    do: random.pick([...METHODS, "post", "look", "post", "look"] as const),
    count: random.int(0, 8),
    workMs: random.pick([0, 0, 1, 10, 50]),
    bytes: random.pick([0, 10, 100, 5_000, random.int(0, 100_000)]),
    waitForReady: random.chance(0.5),
    ...(random.chance(0.4) && { timeoutMs: random.pick([1, 20, 200, 1000, 5000]) }),
    ...(random.chance(0.1) && { cancelAfterMs: random.int(0, 200) }),
  };
}
