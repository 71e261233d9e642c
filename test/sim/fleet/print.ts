import type { FleetPlan } from "./plan.js";

/** A plan in lines that a person can read. */
export function printFleet({ seed, isGentle, servers, maxStreams, clients, steps }: FleetPlan): string {
  const calls = maxStreams === undefined ? "" : `, ${maxStreams} calls a link`;
  const lines = [
    `seed ${seed}, clients that reconnect${isGentle ? ", to servers that only drain" : ""}; ${servers} servers${calls}`,
  ];
  for (const [index, client] of clients.entries()) lines.push(`client ${index}: ${JSON.stringify(client)}`);
  for (const [index, { atMs, do: what, ...rest }] of steps.entries()) {
    lines.push(`step ${index} at ${atMs} ms: ${what} ${JSON.stringify(rest)}`);
  }
  return lines.join("\n");
}
