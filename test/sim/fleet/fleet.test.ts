import { expect, test } from "vitest";
import { METHODS } from "../../ledger/call-plan.js";
import { fateOf } from "../plant.js";
import { FLEET_MUTANTS } from "./mutants.js";
import { fleetOf } from "./plan.js";
import { printFleet } from "./print.js";
import { runFleet } from "./run.js";

/** Seeds that the simulator's own run does not begin with. */
const FIRST = 1_000_000;

const plans = Array.from({ length: 200 }, (_, index) => fleetOf(FIRST + index));

test("200 bad days of clients that reconnect leave each call ended once and truly, and nothing behind", async () => {
  const ends = new Set<string>();
  for (const plan of plans) {
    const { failures, ends: counts } = await runFleet(plan);
    expect(failures, `npm run sim -- --seed ${plan.seed}`).toEqual([]);
    for (const end of counts.keys()) ends.add(end);
  }
  expect([...ends].sort()).toEqual(["cancelled", "deadline_exceeded", "ok", "resource_exhausted", "unavailable"]);
}, 120_000);

test("a day of clients that is lived through again is the same to the last bit", async () => {
  const digests: string[] = [];
  for (const plan of [...plans.slice(0, 20), ...plans.slice(0, 20)]) digests.push((await runFleet(plan)).digest);
  expect(digests.slice(20)).toEqual(digests.slice(0, 20));
  expect(new Set(digests).size).toBe(20);
});

test("seeds draw all kinds of calls and all that befalls servers, and print in a line each", () => {
  const kinds = new Set(plans.flatMap(({ steps }) => steps.map((step) => step.do)));
  const others = ["message", "end", "cut", "stall", "crash", "restart", "retire"];
  expect([...kinds].sort()).toEqual([...METHODS, ...others].sort());
  const [plan] = plans;
  expect(printFleet(plan).split("\n").length).toBe(1 + plan.clients.length + plan.steps.length);
});

test("a fault that is planted in what reconnects is found", { timeout: 120_000 }, async () => {
  expect(await fateOf(FLEET_MUTANTS[0])).toEqual({ isFound: true, how: expect.stringMatching(/^seed \d+, wait$/) });
});
