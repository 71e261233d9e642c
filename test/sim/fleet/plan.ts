import type { Limits } from "../../../src/link/limits.js";
import { type Faults, Random, type Reading } from "../../../src/testing/index.js";
import { type CallPlan, drawCall } from "../../ledger/call-plan.js";
import { drawFaults } from "../draw.js";

/** One client: whom it connects to, and how. */
export interface ClientPlan {
  /** Indices of servers. */
  readonly servers: readonly number[];
  /** Whether it keeps trying when it finds nobody at first, and its calls wait. */
  readonly waitForReady: boolean;
  /** How many connections it may have, must keep, and for how long one lives that nobody needs. */
  readonly pool?: { readonly maxLinks: number; readonly minIdle: number; readonly idleTimeoutMs: number };
  readonly limits: Partial<Limits>;
  readonly reading: Reading;
  /** What happens to the bytes of all its connections. */
  readonly faults: Partial<Faults>;
}

interface At {
  /** When, in milliseconds since the start. */
  readonly atMs: number;
}

/** What a client does; `end` closes it or lets it drain. */
export type ClientStep = At & { readonly client: number } & (
    | CallPlan
    | { readonly do: "message" }
    | { readonly do: "end"; readonly how: "close" | "drain" }
  );

/** What happens to a server and all who are connected to it. */
export type ServerStep = At & { readonly server: number } & (
    | { readonly do: "cut" }
    | { readonly do: "stall"; readonly ms: number; readonly way: "both" | "toServer" | "toClient" }
    | { readonly do: "crash" | "restart"; readonly downMs: number }
    | { readonly do: "retire"; readonly graceMs: number; readonly retryAfterMs: number; readonly downMs: number }
  );

export type FleetStep = ClientStep | ServerStep;

/** A bad day of clients that reconnect, as plain data. */
export interface FleetPlan {
  readonly seed: number;
  /** Whether servers only ever drain and come back, so that no call that waits may fail. */
  readonly isGentle: boolean;
  readonly servers: number;
  /** How many calls each server allows on one link. */
  readonly maxStreams?: number;
  readonly clients: readonly ClientPlan[];
  /** In the order of their time. */
  readonly steps: readonly FleetStep[];
}

/** How long things happen for. */
const DAY_MS = 30_000;
/** When much happens at once. */
const RUSH_MS = 10_000;
const MOST_BYTES = 20_000;
/** So that all requests of a stream can be kept, in case its server says that it never ran. */
const MOST_GENTLE_BYTES = 8_000;

/** The day that a seed stands for. */
export function fleetOf(seed: number): FleetPlan {
  const random = new Random(seed);
  const isGentle = random.chance(0.3);
  const servers = random.pick([1, 1, 2, 3]);
  const clients = Array.from({ length: random.pick([1, 2, 3]) }, () => drawClient(random, servers, isGentle));
  const day = { random, isGentle, servers, clients: clients.length };
  const steps = Array.from({ length: random.pick([5, 10, 25]) }, () => drawStep(day));
  if (!isGentle && random.chance(0.1)) steps.push(...drawLoss(day));
  steps.sort((a, b) => a.atMs - b.atMs);
  const maxStreams = random.chance(0.2) ? random.pick([2, 4, 8]) : undefined;
  return { seed, isGentle, servers, ...(maxStreams !== undefined && { maxStreams }), clients, steps };
}

function drawClient(random: Random, servers: number, isGentle: boolean): ClientPlan {
  const first = random.int(0, servers - 1);
  const count = random.int(1, servers);
  const { corruption: _corruption, ...faults } = drawFaults(random, false);
  const maxLinks = count + random.int(0, 3);
  const minIdle = random.int(1, maxLinks);
  const pool = random.chance(0.4) && { pool: { maxLinks, minIdle, idleTimeoutMs: random.pick([50, 2_000, 10_000]) } };
  return {
    servers: Array.from({ length: count }, (_, index) => (first + index) % servers),
    waitForReady: isGentle || random.chance(0.5),
    limits: isGentle || random.chance(0.5) ? {} : { pingIntervalMs: 500, pingTimeoutMs: 1_000 },
    reading: random.chance(0.7) ? "window" : "chunks",
    faults,
    ...pool,
  };
}

/** Many calls of one client that are under way when its connections break, and may be made again. */
function* drawLoss({ random, clients, servers }: Day): Generator<FleetStep> {
  const client = random.int(0, clients - 1);
  const call = { do: "look", count: 0, workMs: 1_000, bytes: 0, waitForReady: true } as const;
  for (let count = random.int(8, 20); count > 0; count--) yield { ...call, client, atMs: RUSH_MS };
  for (let server = 0; server < servers; server++) yield { do: "cut", server, atMs: RUSH_MS + 500 };
}

/** What the steps of a day have in common. */
interface Day {
  readonly random: Random;
  readonly isGentle: boolean;
  readonly servers: number;
  readonly clients: number;
}

function drawStep(day: Day): FleetStep {
  const { random, isGentle } = day;
  const atMs = random.chance(0.3) ? RUSH_MS : random.int(0, DAY_MS);
  if (random.chance(0.15)) return drawServerStep(day, atMs);
  const at = { atMs, client: random.int(0, day.clients - 1) };
  if (random.chance(0.1)) return { ...at, do: "message" };
  if (!isGentle && random.chance(0.05)) return { ...at, do: "end", how: random.pick(["close", "drain"]) };
  const call = drawCall(random, isGentle ? MOST_GENTLE_BYTES : MOST_BYTES);
  return { ...at, ...call, waitForReady: isGentle || call.waitForReady };
}

function drawServerStep({ random, isGentle, servers }: Day, atMs: number): ServerStep {
  const at = { atMs, server: random.int(0, servers - 1) };
  const downMs = random.pick([0, 100, 3_000, 20_000]);
  const what = isGentle ? "retire" : random.pick(["cut", "stall", "crash", "restart", "retire"] as const);
  switch (what) {
    case "cut":
      return { ...at, do: what };
    case "stall":
      return { ...at, do: what, ms: random.int(1, 60_000), way: random.pick(["both", "toServer", "toClient"]) };
    case "crash":
    case "restart":
      return { ...at, do: what, downMs };
    default: {
      const graceMs = isGentle ? 600_000 : random.pick([0, 1_000, 60_000]);
      return { ...at, do: what, graceMs, retryAfterMs: random.pick([0, 0, 500, 5_000]), downMs };
    }
  }
}
