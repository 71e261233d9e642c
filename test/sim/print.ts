import { isDeepStrictEqual } from "node:util";
import type { Plan } from "./plan.js";

/** A plan in lines that a person can read, and `JSON.parse` each part of. */
export function printPlan({ seed, isDebugging, maxLeasedBytes, serverLimits, links, steps }: Plan): string {
  const memory = maxLeasedBytes === undefined ? "" : `, memory ${maxLeasedBytes} bytes`;
  const lines = [
    `seed ${seed}${isDebugging ? ", in debug mode" : ""}${memory}`,
    `server ${JSON.stringify(serverLimits)}`,
  ];
  for (const [index, { reading, limits, faults, faultsToClient, isRecorded }] of links.entries()) {
    const back = isDeepStrictEqual(faults, faultsToClient) ? "" : `, to the client ${JSON.stringify(faultsToClient)}`;
    const recorded = isRecorded ? ", with interceptors" : "";
    lines.push(
      `link ${index}: reads ${reading}, limits ${JSON.stringify(limits)}, faults ${JSON.stringify(faults)}${back}${recorded}`,
    );
  }
  for (const [index, { atMs, link, do: what, ...rest }] of steps.entries()) {
    lines.push(`step ${index} at ${atMs} ms on link ${link}: ${what} ${JSON.stringify(rest)}`);
  }
  return lines.join("\n");
}
