import { liveThrough } from "../day.js";
import type { Outcome } from "../run.js";
import { checkCalls, checkIdle, checkLeftovers, checkLinks, needlessLinks } from "./check.js";
import type { FleetPlan, FleetStep, ServerStep } from "./plan.js";
import { FleetWorld } from "./world.js";

/** How long after its last step a day may take to come to its end: the longest wait before an attempt, and another one. */
const EVENING_MS = 400_000;
/** After so long without a call, no connection is left that nobody needs, but for those that are made only then. */
const IDLE_MS = 25_000;
/** The longest wait before an attempt to connect. */
const LONGEST_WAIT_MS = 145_000;
/** How long a closed link may take to be gone. */
const NIGHT_MS = 10_000;
/** No day has so many events; one that has goes round in circles. */
const MOST_EVENTS = 1_000_000;

/** Lives through a day of clients that reconnect. */
export async function runFleet(plan: FleetPlan): Promise<Outcome> {
  const world = new FleetWorld(plan);
  await liveThrough(world, () => live(world));
  const ends = new Map<string, number>();
  for (const call of world.calls.values()) {
    const end = call.ends.join();
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  return { failures: world.failures, digest: world.net.digest.value, ends, virtualMs: world.now };
}

async function live(world: FleetWorld): Promise<void> {
  const { plan, net } = world;
  for (const [index, step] of plan.steps.entries()) {
    world.pending.add(`step ${index}`);
    net.clock.after(step.atMs, () => {
      world.pending.delete(`step ${index}`);
      world.track(`step ${index}, ${step.do}`, take(world, index, step));
    });
  }
  const evening = (plan.steps.at(-1)?.atMs ?? 0) + EVENING_MS;
  await pass(world, evening, () => world.pending.size > 0 || !isWell(world));
  checkPending(world);
  checkLinks(world);
  await pass(world, world.now + IDLE_MS, () => world.clients.some(({ plan: { pool } }) => pool));
  await pass(world, world.now + LONGEST_WAIT_MS, () =>
    plan.clients.some((_, client) => needlessLinks(world, client) > 0),
  );
  checkIdle(world);
  for (const { link } of world.clients) if (link) world.track("close", link.close());
  for (const server of world.servers) world.track("close of a server", server.close());
  await pass(world, world.now + NIGHT_MS, () => true);
  checkPending(world);
  checkCalls(world);
  checkLeftovers(world);
}

/** Whether all servers are well, and all clients that should be are connected. */
function isWell(world: FleetWorld): boolean {
  if (!world.servers.every((server) => server.isWell)) return false;
  return world.clients.every(({ link, hasEnded }) => !link || hasEnded || link.state === "open");
}

function checkPending(world: FleetWorld): void {
  if (world.pending.size > 0) world.fail("hung", [...world.pending].join(", "));
}

/** Lets time pass until `end`, or until `goesOn` says no. */
async function pass(world: FleetWorld, end: number, goesOn: () => boolean): Promise<void> {
  for (let events = 0; goesOn() && world.failures.length === 0; events++) {
    if (events > MOST_EVENTS) return world.fail("hung", "it goes round in circles");
    if (!(await world.net.step(end))) return;
  }
}

async function take(world: FleetWorld, index: number, step: FleetStep): Promise<void> {
  if ("client" in step) return world.call(index, step);
  return befall(world, step);
}

async function befall(world: FleetWorld, step: ServerStep): Promise<void> {
  const server = world.servers[step.server];
  switch (step.do) {
    case "cut":
      return server.cut();
    case "stall":
      return server.hold(step.ms, step.way);
    case "crash":
      return server.crash(step.downMs);
    case "restart":
      return server.restart(step.downMs);
    case "retire":
      return server.retire(step.graceMs, step.retryAfterMs, step.downMs);
  }
}
