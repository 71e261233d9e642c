import { liveThrough } from "./day.js";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import { makeCall } from "./caller.js";
import { checkBounds, checkEnds, checkLeftovers, checkRest } from "./check.js";
import { handlersOf } from "./handlers.js";
import { messagesOf, sendMessage } from "./messages.js";
import type { Plan, Side, Step } from "./plan.js";
import { World } from "./world.js";

/** How long after its last step a day may take to come to its end. */
const EVENING_MS = 180_000;
/** How long a closed link may take to be gone. */
const NIGHT_MS = 10_000;
/** No day has so many events; one that has goes round in circles. */
const MOST_EVENTS = 1_000_000;

/** What came out of a day. */
export interface Outcome {
  /** What went wrong, the first thing first; each starts with what kind of thing it is. */
  readonly failures: readonly string[];
  /** A hash of all bytes and events. */
  readonly digest: string;
  /** How many calls ended in which way. */
  readonly ends: ReadonlyMap<string, number>;
  readonly virtualMs: number;
}

/** Lives through a day. */
export async function run(plan: Plan): Promise<Outcome> {
  const world = new World(plan);
  await liveThrough(world, () => live(world));
  return { failures: world.failures, digest: world.net.digest.value, ends: counted(world), virtualMs: world.now };
}

function counted(world: World): Map<string, number> {
  const counts = new Map<string, number>();
  for (const end of world.ends.values()) counts.set(end, (counts.get(end) ?? 0) + 1);
  return counts;
}

async function live(world: World): Promise<void> {
  begin(world);
  await pass(world, (world.plan.steps.at(-1)?.atMs ?? 0) + EVENING_MS, () => world.pending.size > 0);
  // A frame that was changed into one that is skipped may leave a call waiting until its link closes.
  if (!world.plan.links.some((_, link) => world.isCorrupt(link))) checkPending(world);
  await pass(world, world.now + NIGHT_MS, () => true);
  await pass(world, world.now + NIGHT_MS, () => world.links.some((link) => link.isSending));
  for (const link of world.links) checkRest(world, link);
  for (const link of world.links) void link.client?.close();
  void world.server.close();
  await pass(world, world.now + NIGHT_MS, () => true);
  checkPending(world);
  checkEnds(world);
  checkLeftovers(world);
}

function checkPending(world: World): void {
  if (world.pending.size > 0) world.fail("hung", [...world.pending].join(", "));
}

function begin(world: World): void {
  const { server, links, plan, net } = world;
  server.serve(Echo, handlersOf(world, "server"));
  server.on(Payload, messagesOf(world, "server"));
  for (const link of links) world.track(`the handshake of link ${link.index}`, equip(world, link.index));
  for (const [index, step] of plan.steps.entries()) {
    world.pending.add(`step ${index}`);
    net.clock.after(step.atMs, () => {
      world.pending.delete(`step ${index}`);
      take(world, index, step);
    });
  }
}

/** Makes the client's end of a link answer too. */
async function equip(world: World, index: number): Promise<void> {
  const link = world.links[index];
  await link.ready;
  link.client?.serve(Echo, handlersOf(world, "client"));
  link.client?.on(Payload, messagesOf(world, "client"));
}

/** Lets time pass until `end`, or until `goesOn` says no. */
async function pass(world: World, end: number, goesOn: () => boolean): Promise<void> {
  for (let events = 0; goesOn() && world.failures.length === 0; events++) {
    if (events > MOST_EVENTS) return world.fail("hung", "it goes round in circles");
    if (!(await world.net.step(end))) return;
    checkBounds(world);
  }
}

function take(world: World, index: number, step: Step): void {
  const link = world.links[step.link];
  const label = `step ${index}, ${step.do}`;
  switch (step.do) {
    case "call":
      return world.track(label, makeCall(world, index, step));
    case "message":
      return world.track(label, sendMessage(world, index, step));
    case "stall":
      link.wire.stall(step.ms, step.way);
      return world.track(label, world.sleep(step.ms));
    case "cut":
      return link.wire.cut();
    case "closeServer":
      return world.track(label, world.server.close());
    case "drain":
    case "close":
      return world.track(label, endLink(world, step.link, step.do, step.from));
  }
}

async function endLink(world: World, index: number, how: "drain" | "close", side: Side): Promise<void> {
  const link = world.links[index];
  await link.ready;
  await link.of(side)?.[how]();
}
