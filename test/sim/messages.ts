import { type Link, MillraceError } from "../../src/index.js";
import { Payload } from "../../schemas/gen/echo.js";
import { isPayload, payload } from "./payload.js";
import type { MessageStep, Side } from "./plan.js";
import type { World } from "./world.js";

/** Sends the message of a step. */
export async function sendMessage(world: World, index: number, step: MessageStep): Promise<void> {
  const link = world.links[step.link];
  await link.ready;
  const data = payload(index, 0, step.size);
  try {
    link.of(step.from)?.send(Payload, { id: index, data });
    link.underWay[step.from].push(index);
    world.ends.set(index, "ok");
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    world.ends.set(index, error.code);
  }
  data.fill(0xee);
}

/** What `side` does with the messages it is sent: they come once, in their order, and stay as they are. */
export function messagesOf(world: World, side: Side): (message: Payload, link: Link) => Promise<void> {
  const sender = side === "client" ? "server" : "client";
  return async ({ id, data }, link) => {
    const { index, underWay } = world.linkOf(link);
    const step = world.plan.steps[id];
    if (world.isCorrupt(index) || step?.do !== "message") {
      if (!world.isCorrupt(index)) world.fail("order", `message ${id} was never sent`);
      return;
    }
    world.note(`message ${id}`);
    const next = underWay[sender].shift();
    if (next !== id) world.fail("order", `message ${id} came instead of ${next}`);
    const isIntact = (): boolean => isPayload(data, id, 0, step.size);
    if (!isIntact()) world.fail("content", `message ${id} arrived changed`);
    world.pending.add(`message ${id}`);
    await world.sleep(step.workMs);
    world.pending.delete(`message ${id}`);
    if (!isIntact()) world.fail("content", `message ${id} changed while it was lent`);
  };
}
