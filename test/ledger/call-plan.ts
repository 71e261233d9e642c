import type { Random } from "../../src/testing/index.js";

export const METHODS = ["post", "look", "follow", "list", "import", "exchange"] as const;
export type MethodName = (typeof METHODS)[number];

/** Methods that the schema marks as idempotent. */
export const IDEMPOTENT: ReadonlySet<MethodName> = new Set(["look", "list"]);

/** A call of `Ledger` as plain data; times are milliseconds of whatever clock it is made by. */
export interface CallPlan {
  readonly do: MethodName;
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

/** A call as chance has it; `mostBytes` is the longest request. */
export function drawCall(random: Random, mostBytes: number): CallPlan {
  return {
    do: random.pick([...METHODS, "post", "look", "post", "look"] as const),
    count: random.int(0, 8),
    workMs: random.pick([0, 0, 10, 200, 1_000]),
    bytes: Math.min(mostBytes, random.pick([0, 10, 100, 5_000, random.int(0, 100_000)])),
    waitForReady: random.chance(0.5),
    ...(random.chance(0.4) && { timeoutMs: random.pick([20, 400, 4_000, 20_000, 100_000]) }),
    ...(random.chance(0.1) && { cancelAfterMs: random.int(0, 4_000) }),
  };
}
