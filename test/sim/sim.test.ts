import { expect, test } from "vitest";
import { read } from "../support/sources.js";
import { MUTANTS } from "./mutants.js";
import { parseOptions, UsageError } from "./options.js";
import { CONDUCTS, METHODS, type Plan, planOf, type Step } from "./plan.js";
import { ALL_MUTANTS, fateOf } from "./plant.js";
import { printPlan } from "./print.js";
import { run } from "./run.js";
import { shrink } from "./shrink.js";

/** Seeds that the simulator's own run does not begin with. */
const FIRST = 1_000_000;

const plans = Array.from({ length: 300 }, (_, index) => planOf(FIRST + index));
const steps = plans.flatMap((plan) => plan.steps);

test("300 bad days leave each call ended once, all in its place and nothing behind", { timeout: 120_000 }, async () => {
  const ends = new Set<string>();
  for (const plan of plans) {
    const { failures, ends: counts } = await run(plan);
    expect(failures, `npm run sim -- --seed ${plan.seed}`).toEqual([]);
    for (const end of counts.keys()) ends.add(end);
  }
  const all = [
    "ok",
    "left",
    "cancelled",
    "deadline_exceeded",
    "aborted",
    "internal",
    "unavailable",
    "resource_exhausted",
  ];
  expect([...ends]).toEqual(expect.arrayContaining(all));
});

test("a day that is lived through again is the same to the last bit, and another one is not", async () => {
  const days = [...plans.slice(0, 20), ...plans.slice(0, 20)];
  const digests: string[] = [];
  for (const plan of days) digests.push((await run(plan)).digest);
  expect(digests.slice(20)).toEqual(digests.slice(0, 20));
  expect(new Set(digests).size).toBe(20);
});

test("seeds draw all kinds of steps, calls, conducts and faults", () => {
  const calls = steps.filter((step) => step.do === "call");
  const kinds = new Set(calls.map(({ method, conduct, from }) => `${method} ${conduct} ${from}`));
  expect(kinds.size).toBe(METHODS.length * CONDUCTS.length * 2);
  const others = new Set(steps.map((step) => step.do));
  expect(others).toEqual(new Set(["call", "message", "stall", "drain", "close", "cut", "closeServer"]));
  const links = plans.flatMap((plan) => plan.links);
  const faults = new Set(links.flatMap((link) => Object.keys(link.faults)));
  expect(faults).toEqual(new Set(["delayMs", "readBytes", "bytesPerSecond", "bufferBytes", "corruption"]));
  expect(new Set(links.map((link) => link.reading)).size).toBe(2);
});

test("a failing day is made as small as what makes it fail", async () => {
  const isCut = (step: Step): boolean => step.do === "message";
  const plan = plans.find(({ steps: all }) => all.length > 20 && all.filter(isCut).length > 3)!;
  const live = async ({ steps: left, links }: Plan): Promise<{ failures: string[] }> => {
    const isBad = left.some((step) => step.do === "message" && step.size >= 20) && links[0].reading === "window";
    return { failures: isBad ? ["made up: a message of 20 bytes"] : [] };
  };
  const [first, ...others] = plan.links;
  const least = await shrink({ ...plan, links: [{ ...first, reading: "window" }, ...others] }, live);
  expect(least.steps).toMatchObject([{ do: "message" }]);
  expect(least.steps[0]).toHaveProperty(
    "size",
    expect.toSatisfy((size: number) => size >= 20 && size < 40),
  );
  expect(least.links[0]).toMatchObject({ reading: "window", limits: {}, faults: {}, faultsToClient: {} });
  expect(printPlan(least).split("\n").length).toBe(3 + least.links.length);
});

test("a failure of another kind is not what is looked for when a day is made smaller", async () => {
  const plan = plans.find(({ steps: all }) => all.length > 5)!;
  const live = async ({ steps: left }: Plan): Promise<{ failures: string[] }> => ({
    failures: [left.length > 4 ? "this: one" : "that: other"],
  });
  expect((await shrink(plan, live)).steps.length).toBe(5);
});

test("a planted fault is found", { timeout: 120_000 }, async () => {
  expect(await fateOf(MUTANTS[0])).toEqual({ isFound: true, how: expect.stringMatching(/^seed \d+, rest$/) });
});

test("each fault to plant stands for one place in the sources", () => {
  const places = ALL_MUTANTS.map(({ file, find }) => `${read(file).split(find).length - 1} times in ${file}: ${find}`);
  expect(places.filter((place) => !place.startsWith("1 times"))).toEqual([]);
});

test("the command line is read, and refused where it makes no sense", () => {
  expect(parseOptions([])).toEqual({ seeds: 2000, seed: 1, mutants: false, raw: false });
  expect(parseOptions(["--seed", "7"])).toMatchObject({ seeds: 1, seed: 7 });
  expect(parseOptions(["--seeds", "9", "--seed", "7"])).toMatchObject({ seeds: 9, seed: 7 });
  for (const argv of [["--seed", "x"], ["--seeds", "-1"], ["--sed", "1"], ["7"]]) {
    expect(() => parseOptions(argv)).toThrow(UsageError);
  }
});
