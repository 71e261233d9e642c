import { mistakesOf } from "../../ledger/outcome.js";
import { IDEMPOTENT } from "../../ledger/call-plan.js";
import { type FleetWorld, openLinks } from "./world.js";

/** The shortest wait before an attempt: the first one, with the most of its jitter. */
const SHORTEST_WAIT_MS = 800;
/** The waits without jitter: what none of them is to the last bit. */
const BARE_WAITS_MS = new Set(Array.from({ length: 20 }, (_, attempt) => Math.min(1_000 * 1.6 ** attempt, 120_000)));
/** Retries that a client may make without a call that succeeds, and for each call that does. */
const BUDGET = 5;
const BUDGET_A_SUCCESS = 0.1;

/** Checks how calls and messages ended, when everything has ended. */
export function checkCalls(world: FleetWorld): void {
  const { plan, calls } = world;
  const rules = {
    count: (line: string) => world.count(line),
    mayFail: !plan.isGentle,
    mayRefuse: plan.maxStreams !== undefined,
    lateMs: 0,
  };
  for (const call of calls.values()) {
    for (const mistake of mistakesOf(call, rules)) world.fail("end", `call ${call.id} ${mistake}`);
  }
  for (const [index, step] of plan.steps.entries()) {
    const times = world.count(`message ${index}`);
    if (times > 1) world.fail("end", `message ${index} came ${times} times`);
    if (times > 0 && step.do !== "message") world.fail("end", `message ${index} was never sent`);
  }
  checkBudget(world);
  checkWaits(world);
}

/** Checks that no client made more calls again than its budget allows. */
function checkBudget(world: FleetWorld): void {
  for (const [index] of world.clients.entries()) {
    let again = 0;
    let successes = 0;
    for (const [step, { plan, ends }] of world.calls) {
      if ((world.plan.steps[step] as { client?: number }).client !== index) continue;
      if (ends[0] === "ok") successes++;
      if (IDEMPOTENT.has(plan.do)) again += Math.max(0, world.count(`started ${step}`) - 1);
    }
    const most = BUDGET + BUDGET_A_SUCCESS * successes;
    if (again > most) world.fail("budget", `client ${index} made ${again} calls again, ${most} are allowed`);
  }
}

/** Checks that no client hammers at a server that is not there, or comes back to the millisecond. */
function checkWaits(world: FleetWorld): void {
  for (const [who, times] of world.attempts) {
    // A pool makes other connections to the same server when it needs them.
    if (world.plan.clients[Number.parseInt(who, 10)].pool) continue;
    for (const [before, at] of times.slice(1).entries()) {
      const wait = at - times[before];
      if (wait < SHORTEST_WAIT_MS) world.fail("wait", `client ${who}: ${wait} ms between two attempts`);
    }
  }
  for (const { waitsMs } of world.clients) {
    const bare = waitsMs.find((ms) => BARE_WAITS_MS.has(ms));
    if (bare !== undefined) world.fail("wait", `all clients wait for ${bare} ms, and come back at once`);
  }
}

/** Checks, when all servers are well, that all clients are connected. */
export function checkLinks(world: FleetWorld): void {
  for (const [index, { link, hasEnded }] of world.clients.entries()) {
    const isLost = link && !hasEnded && link.state !== "open";
    if (isLost) world.fail("link", `client ${index} is ${link.state}, and nothing is wrong`);
  }
}

/** Checks, when nobody has called for long, that clients have closed what they do not need. */
export function checkIdle(world: FleetWorld): void {
  for (const index of world.clients.keys()) {
    const links = needlessLinks(world, index);
    if (links > 0) world.fail("pool", `client ${index} keeps ${links} connections that it does not need`);
  }
}

/** How many connections a client has above those that it is to keep without calls. */
export function needlessLinks(world: FleetWorld, client: number): number {
  const { link, plan, hasEnded } = world.clients[client];
  return link && !hasEnded && plan.pool ? openLinks(link) - plan.pool.minIdle : 0;
}

/** Checks that nothing is left of the day. */
export function checkLeftovers(world: FleetWorld): void {
  const { clock, runtime, reports } = world.net;
  const { leased, leasedBytes } = runtime.slabs;
  if (leased !== 0 || leasedBytes !== 0) world.fail("leak", `${leased} slabs were not given back`);
  if (clock.timers !== 0) world.fail("leak", `${clock.timers} timers are left`);
  for (const server of world.servers) if (server.links !== 0) world.fail("leak", `${server.links} links are left`);
  for (const report of reports) world.fail("report", report);
}
