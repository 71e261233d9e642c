import { expect, test } from "vitest";
import type { Link } from "../../src/index.js";
import { type Dialled, Network } from "../../src/testing/index.js";
import { settle } from "../support/rig.js";

const STEP_MS = 20;
const ADDRESS = "memory://mill";
/** So long that no ping costs the test time. */
const limits = { pingIntervalMs: 2 ** 30 };

/** How the clients of a server came back after it had been away. */
interface Return {
  /** When the last one was back, in milliseconds after the server was. */
  readonly lastMs: number;
  /** The most that were accepted within one second, and how many that were in the mean of a second while they came. */
  readonly peak: number;
  readonly mean: number;
}

/** Lets time pass in steps, for so many clients at once; `seen` is told after each. */
async function pass(net: Network, ms: number, seen: () => void = () => {}): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    net.clock.advance(STEP_MS);
    await settle();
    seen();
  }
}

/**
 * A server with so many clients goes, having asked them to stay away or not at all, and another one is there after `awayMs`.
 */
async function restart(clients: number, seed: number, awayMs: number, retryAfterMs?: number): Promise<Return> {
  const net = new Network({ seed });
  const first = net.listen({ address: ADDRESS, limits });
  const options = { limits, waitForReady: true, faults: { delayMs: [5, 50] as [number, number] } };
  const dialled: Dialled[] = [];
  while (dialled.length < clients) {
    for (let i = 0; i < 500; i++) dialled.push(net.dial(ADDRESS, options));
    await pass(net, STEP_MS);
  }
  await pass(net, 1_000);
  expect(first.links.size).toBe(clients);
  if (retryAfterMs === undefined) for (const { wire } of dialled) wire.cut();
  void first.close({ retryAfterMs: retryAfterMs ?? 0 });
  await pass(net, awayMs);
  const second = net.listen({ address: ADDRESS, limits });
  const accepted: number[] = [0];
  while (second.links.size < clients && accepted.length < 60_000 / STEP_MS) {
    await pass(net, STEP_MS, () => void accepted.push(second.links.size));
  }
  const links: Link[] = await Promise.all(dialled.map(({ link }) => link));
  await pass(net, 1_000);
  expect(links.filter(({ state }) => state === "open").length).toBe(clients);
  for (const link of links) void link.close();
  await pass(net, 5_000);
  expect([second.links.size, net.clock.timers, net.runtime.slabs.leased]).toEqual([0, 0, 0]);
  return summaryOf(accepted, clients);
}

function summaryOf(accepted: readonly number[], clients: number): Return {
  const steps = 1_000 / STEP_MS;
  const from = accepted.findIndex((count) => count > 0);
  const peaks = accepted.map((count, i) => count - (accepted[i - steps] ?? 0));
  const seconds = ((accepted.length - from) * STEP_MS) / 1_000;
  const lastMs = accepted.length * STEP_MS;
  return { lastMs, peak: Math.max(...peaks), mean: clients / Math.max(1, seconds) };
}

for (const [clients, how, awayMs, retryAfterMs] of [
  [1_000, "is back at once, having asked them to stay away for ten seconds", 500, 10_000],
  [1_000, "crashes and is back after three seconds", 3_000, undefined],
  [10_000, "crashes and is back after ten seconds", 10_000, undefined],
] as const) {
  test(`${clients} clients of a server that ${how} are all back within a minute, and never three times as many a second as in the mean`, async () => {
    const { lastMs, peak, mean } = await restart(clients, 1, awayMs, retryAfterMs);
    expect(lastMs).toBeLessThan(60_000);
    expect(peak).toBeLessThan(3 * mean);
  }, 120_000);
}
