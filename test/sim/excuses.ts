import type { Limits } from "../../src/link/limits.js";
import type { CallStep, Plan, Step } from "./plan.js";

/** Limits that refuse a call, and limits that end a link. */
const REFUSING = [
  "maxMessageBytes",
  "maxLinkBufferedBytes",
  "maxStreams",
  "maxUnsentBytes",
  "maxMetadataBytes",
] as const;
const ENDING = [
  "maxLinkBufferedBytes",
  "maxUnsentBytes",
  "frameTimeoutMs",
  "pingIntervalMs",
  "pingTimeoutMs",
  "maxControlFramesPerSecond",
] as const;
/** A link without narrow limits survives a shorter stall. */
const LONG_STALL_MS = 2000;

/** Whether nothing in the plan ends a link but that it drains, and nothing holds up its last bytes. */
export function onlyDrains(plan: Plan, link: number): boolean {
  const isSlow = (step: Step): boolean => step.do === "stall" && step.link === link;
  const { faults, faultsToClient } = plan.links[link];
  const isHeldUp = [faults, faultsToClient].some((one) => one.bytesPerSecond ?? one.bufferBytes);
  const steps = plan.steps.filter(({ do: what }) => what !== "drain");
  return !isHeldUp && !plan.steps.some(isSlow) && !mayEnd({ ...plan, steps }, link);
}

/** Whether something in the plan may end a link, or keep it from being made. */
export function mayEnd(plan: Plan, link: number): boolean {
  const ends = (step: Step): boolean => {
    if (step.do === "closeServer") return true;
    if (step.link !== link) return false;
    if (step.do === "stall") return step.ms > LONG_STALL_MS;
    return step.do === "cut" || step.do === "drain" || step.do === "close";
  };
  if (plan.maxLeasedBytes !== undefined) return true;
  return (
    isNarrow(plan, link, ENDING) || hasShortHandshake(plan, link) || isCorrupt(plan, link) || plan.steps.some(ends)
  );
}

/** The ways in which a call may end; any that is not here is a failure of millrace. */
export function endsOf(plan: Plan, step: CallStep): Set<string> {
  const ends = new Set<string>();
  if (step.conduct === "fail") ends.add("aborted");
  else if (step.conduct === "throw") ends.add("internal");
  else if (step.conduct !== "hang") ends.add("ok");
  if (step.leaveAfter !== undefined) ends.add("left");
  if (step.timeoutMs !== undefined) ends.add("deadline_exceeded");
  if (step.cancelAfterMs !== undefined) ends.add("cancelled");
  if (mayRefuse(plan, step.link)) ends.add("resource_exhausted");
  if (mayEnd(plan, step.link)) ends.add("unavailable").add("no link");
  return ends;
}

/** Whether bits are changed on a link. */
export function isCorrupt(plan: Plan, link: number): boolean {
  const { faults, faultsToClient } = plan.links[link];
  return (faults.corruption ?? 0) > 0 || (faultsToClient.corruption ?? 0) > 0;
}

/** Whether something may still be retained when its link ends, which debug mode reports. */
export function mayBeRetained({ isDebugging, steps }: Plan): boolean {
  return isDebugging && steps.some((step) => step.do === "call" && step.retainMs !== undefined);
}

/** Whether a message may be refused here. */
export function mayRefuse(plan: Plan, link: number): boolean {
  return plan.maxLeasedBytes !== undefined || isNarrow(plan, link, REFUSING);
}

function isNarrow(plan: Plan, link: number, names: readonly (keyof Limits)[]): boolean {
  const given = [plan.serverLimits, plan.links[link].limits];
  return names.some((name) => given.some((limits) => limits[name] !== undefined));
}

function hasShortHandshake(plan: Plan, link: number): boolean {
  return [plan.serverLimits, plan.links[link].limits].some(
    ({ handshakeTimeoutMs = 5000 }) => handshakeTimeoutMs < 5000,
  );
}
