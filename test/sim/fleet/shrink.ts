import { shrinkBy } from "../shrink.js";
import type { ClientPlan, FleetPlan } from "./plan.js";
import { runFleet } from "./run.js";

/** Makes a day of clients that fails as small as can be. */
export function shrinkFleet(plan: FleetPlan): Promise<FleetPlan> {
  return shrinkBy(plan, runFleet, [plainerClients, plainerSteps]);
}

function* plainerClients(plan: FleetPlan): Generator<FleetPlan> {
  for (const [index, client] of plan.clients.entries()) {
    const smaller: ClientPlan[] = [
      { ...client, servers: client.servers.slice(0, 1) },
      { ...client, limits: {} },
      { ...client, faults: {} },
      { ...client, reading: "chunks" },
    ];
    for (const one of smaller) if (!isSame(one, client)) yield { ...plan, clients: plan.clients.with(index, one) };
  }
}

function* plainerSteps(plan: FleetPlan): Generator<FleetPlan> {
  for (const [index, step] of plan.steps.entries()) {
    if (!("count" in step)) continue;
    for (const part of ["count", "workMs", "bytes"] as const) {
      if (step[part] > 0) yield { ...plan, steps: plan.steps.with(index, { ...step, [part]: step[part] >> 1 }) };
    }
  }
}

function isSame(one: ClientPlan, other: ClientPlan): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
