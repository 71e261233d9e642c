import type { Connection } from "../../src/link/connection.js";
import { endsOf, isCorrupt, mayBeRetained, mayEnd, mayRefuse, onlyDrains } from "./excuses.js";
import type { World, WorldLink } from "./world.js";

/** More than its bound may wait where the last message overdraws it. */
const SLACK_BYTES = 1024 * 1024;

/** Checks what must hold at every moment. */
export function checkBounds(world: World): void {
  for (const link of world.links) {
    for (const side of ["client", "server"] as const) {
      const end = link.of(side);
      if (!end || end.state === "closed") continue;
      const { intake, sender, streams, limits } = end.connection;
      const held = limits.maxLinkBufferedBytes + limits.linkWindowBytes + SLACK_BYTES;
      if (intake.bufferedBytes < 0) world.fail("bounds", `${side}: ${intake.bufferedBytes} bytes wait for readers`);
      if (intake.bufferedBytes > held) world.fail("bounds", `${side}: ${intake.bufferedBytes} bytes wait for readers`);
      if (sender.unsentBytes < 0 || sender.unsentBytes > limits.maxUnsentBytes + SLACK_BYTES) {
        world.fail("bounds", `${side}: ${sender.unsentBytes} bytes wait to be sent`);
      }
      if (streams.count < 0) world.fail("bounds", `${side}: ${streams.count} streams`);
    }
  }
}

/** Checks how calls and messages ended, when everything has ended. */
export function checkEnds(world: World): void {
  const { plan, ends } = world;
  for (const [index, step] of plan.steps.entries()) {
    if (step.do !== "call" || isCorrupt(plan, step.link)) continue;
    const end = ends.get(index) ?? "not at all";
    if (!endsOf(plan, step).has(end)) world.fail("end", `call ${index} ended with ${end}`);
    const isCutOff = end === "unavailable" && world.runs.has(index) && onlyDrains(plan, step.link);
    if (isCutOff) world.fail("end", `call ${index} was under way when its link drained, and was not let finish`);
    if (end === "ok" && !world.answered.has(index)) world.fail("end", `call ${index} was answered by nobody`);
  }
  for (const link of world.links) {
    const isLossless = !mayEnd(plan, link.index) && !mayRefuse(plan, link.index);
    const lost = [...link.underWay.client, ...link.underWay.server];
    if (isLossless && lost.length > 0) world.fail("end", `messages ${lost.join(", ")} never came`);
  }
  for (const isIntact of world.kept) {
    if (!isIntact()) world.fail("content", "what belongs to a caller was changed later");
  }
}

/** Checks a link on which nothing is under way: all credit is where it belongs, and nothing waits. */
export function checkRest(world: World, link: WorldLink): void {
  const ends = [link.of("client")?.connection, link.of("server")?.connection];
  const [client, server] = ends;
  if (!client || !server || client.state === "closed" || server.state === "closed") {
    if (!mayEnd(world.plan, link.index))
      world.fail("rest", `link ${link.index} is closed, and nothing should close it`);
    return;
  }
  if (isCorrupt(world.plan, link.index)) return;
  for (const [name, here, there] of [
    ["client", client, server],
    ["server", server, client],
  ] as const) {
    const say = (what: string): void => world.fail("rest", `${name} of link ${link.index}: ${what}`);
    if (here.streams.count !== 0) say(`${here.streams.count} streams are open`);
    if (here.intake.bufferedBytes !== 0) say(`${here.intake.bufferedBytes} bytes wait for readers`);
    if (here.sender.unsentBytes !== 0) say(`${here.sender.unsentBytes} bytes wait to be sent`);
    checkCredit(here, there, say);
  }
}

/** Compares what a sender thinks it may send with what its receiver lets it. */
function checkCredit(here: Connection, there: Connection, say: (what: string) => void): void {
  const windows = [
    ["the link", here.sender["link"], there.intake["all"]],
    ["messages", here.sender["messages"], there.intake["messages"]],
  ] as const;
  for (const [name, sending, receiving] of windows) {
    if (receiving.waiting !== 0) say(`${receiving.waiting} bytes of credit for ${name} were never given back`);
    if (sending.sent !== receiving["received"]) say(`${sending.sent} bytes went, ${receiving["received"]} came`);
    if (sending.granted !== receiving.granted) say(`credit for ${name} was lost on its way`);
  }
}

/** Checks that nothing is left of the day. */
export function checkLeftovers(world: World): void {
  const { clock, runtime, reports } = world.net;
  const { leased, leasedBytes } = runtime.slabs;
  if (leased !== 0 || leasedBytes !== 0) world.fail("leak", `${leased} slabs were not given back`);
  if (clock.timers !== 0) world.fail("leak", `${clock.timers} timers are left`);
  const links = world.server.links.size + world.server.handshaking.size;
  if (links !== 0) world.fail("leak", `${links} links are left`);
  const isOurs = (report: string): boolean => report.startsWith("the handler of") && report.includes("a mistake");
  const isAnyCorrupt = world.plan.links.some((_, index) => isCorrupt(world.plan, index));
  const isRetained = (report: string): boolean => report.includes("never released") && mayBeRetained(world.plan);
  for (const report of reports) {
    if (!isOurs(report) && !isRetained(report) && !isAnyCorrupt) world.fail("report", report);
  }
}
