import { setTimeout as sleep } from "node:timers/promises";
import type { Effort, Probe, Sample } from "../suite.js";
import type { Shape } from "./load.js";
import type { Mark } from "./messages.js";
import { Worker } from "./worker.js";

const times: Readonly<Record<Effort, { warmUpMs: number; settleMs: number; windowMs: number }>> = {
  quick: { warmUpMs: 250, settleMs: 50, windowMs: 500 },
  full: { warmUpMs: 1_000, settleMs: 150, windowMs: 2_000 },
};

/** Starts both sides of a subject and runs them until they are warm; between rounds they rest. */
export async function openProbe(subject: string, shape: Shape, effort: Effort): Promise<Probe> {
  const { warmUpMs, settleMs, windowMs } = times[effort];
  const server = await Worker.start("server", [subject, JSON.stringify(shape)]);
  const client = await Worker.start("client", [subject, JSON.stringify(shape), server.url]).catch(async (error) => {
    await server.stop();
    throw error;
  });
  const close = async () => {
    await client.stop();
    await server.stop();
  };
  try {
    await measure(server, client, 0, warmUpMs);
  } catch (error) {
    await close();
    throw error;
  }
  return { measure: () => measure(server, client, settleMs, windowMs), close };
}

async function measure(server: Worker, client: Worker, settleMs: number, windowMs: number): Promise<Sample[]> {
  await client.start();
  await sleep(settleMs);
  const [serverBefore, before] = await Promise.all([server.mark(), client.mark()]);
  await sleep(windowMs);
  const [serverAfter, after] = await Promise.all([server.mark(), client.mark()]);
  await client.rest();
  const { calls, answers } = await client.mark();
  if (calls !== answers) throw new Error(`${calls} calls got ${answers} answers`);
  return samplesOf(before, after, serverAfter.cpuUs - serverBefore.cpuUs);
}

function samplesOf(before: Mark, after: Mark, serverUs: number): Sample[] {
  const answers = after.answers - before.answers;
  if (answers === 0) throw new Error("no call was answered while it was measured");
  return [
    { metric: "rate", value: answers / ((after.atMs - before.atMs) / 1000) },
    { metric: "server-cpu", value: serverUs / answers },
    { metric: "client-cpu", value: (after.cpuUs - before.cpuUs) / answers },
  ];
}
