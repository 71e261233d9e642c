import { progressLine } from "../../examples/support/progress.js";
import { fleetOf } from "./fleet/plan.js";
import { printFleet } from "./fleet/print.js";
import { runFleet } from "./fleet/run.js";
import { shrinkFleet } from "./fleet/shrink.js";
import { type Options, parseOptions, UsageError } from "./options.js";
import { huntMutants } from "./plant.js";
import { planOf } from "./plan.js";
import { printPlan } from "./print.js";
import { type Outcome, run } from "./run.js";
import { shrink } from "./shrink.js";

/** A bad day of one kind, which a seed stands for. */
interface Kind {
  readonly live: (seed: number) => Promise<Outcome>;
  /** What is left of a day that fails when it is made as small as can be, and how that fails. */
  readonly least: (seed: number) => Promise<string>;
}

function kind<P>(
  planOfSeed: (seed: number) => P,
  live: (plan: P) => Promise<Outcome>,
  shrinkPlan: (plan: P) => Promise<P>,
  print: (plan: P) => string,
): Kind {
  return {
    live: (seed) => live(planOfSeed(seed)),
    async least(seed) {
      const plan = await shrinkPlan(planOfSeed(seed));
      const { failures } = await live(plan);
      return `${print(plan)}\nwhich fails with: ${failures.slice(0, 5).join("\n  ")}`;
    },
  };
}

/** Each seed stands for a day of links, and for one of clients that reconnect. */
const KINDS = [kind(planOf, run, shrink, printPlan), kind(fleetOf, runFleet, shrinkFleet, printFleet)];

const options = optionsOrExit();
if (options?.mutants) process.exitCode = (await huntMutants()) ? 0 : 1;
else if (options) await simulate(options);

/** Lives through one day after the other, until one fails. */
async function simulate({ seeds, seed: first, raw }: Options): Promise<void> {
  const progress = progressLine(process.stderr);
  const start = performance.now();
  const ends = new Map<string, number>();
  let virtualMs = 0;
  for (let seed = first; seed < first + seeds; seed++) {
    if (seed % 500 === 0) progress.show(`seed ${seed}`);
    for (const one of KINDS) {
      const outcome = await one.live(seed);
      if (outcome.failures.length > 0) {
        progress.clear();
        return complain(one, seed, outcome, raw);
      }
      for (const [end, count] of outcome.ends) ends.set(end, (ends.get(end) ?? 0) + count);
      virtualMs += outcome.virtualMs;
      if (seeds === 1) console.log(`digest ${outcome.digest}`);
    }
  }
  progress.clear();
  const took = ((performance.now() - start) / 1000).toFixed(1);
  const counts = [...ends].sort(([, a], [, b]) => b - a).map(([end, count]) => `${count} ${end}`);
  console.log(`${seeds} seeds from ${first} passed in ${took} s: ${Math.round(virtualMs / 3600_000)} hours`);
  console.log(`calls and messages ended: ${counts.join(", ")}`);
}

async function complain({ live, least }: Kind, seed: number, outcome: Outcome, raw: boolean): Promise<void> {
  process.exitCode = 1;
  const again = await live(seed);
  console.log(`seed ${seed} failed: ${outcome.failures.slice(0, 5).join("\n  ")}`);
  const replay = again.digest === outcome.digest ? "the same to the last bit" : `NOT the same: ${again.digest}`;
  console.log(`digest ${outcome.digest}; run again it was ${replay}`);
  if (!raw) console.log(`as small as it gets:\n${await least(seed)}`);
  console.log(`npm run sim -- --seed ${seed}`);
}

function optionsOrExit(): Options | undefined {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`sim: ${error.message}`);
    process.exitCode = 2;
    return undefined;
  }
}
