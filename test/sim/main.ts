import { progressLine } from "../../examples/support/progress.js";
import { type Options, parseOptions, UsageError } from "./options.js";
import { huntMutants } from "./plant.js";
import { planOf } from "./plan.js";
import { printPlan } from "./print.js";
import { type Outcome, run } from "./run.js";
import { shrink } from "./shrink.js";

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
    const outcome = await run(planOf(seed));
    if (outcome.failures.length > 0) {
      progress.clear();
      return complain(seed, outcome, raw);
    }
    for (const [end, count] of outcome.ends) ends.set(end, (ends.get(end) ?? 0) + count);
    virtualMs += outcome.virtualMs;
    if (seeds === 1) console.log(`digest ${outcome.digest}`);
  }
  progress.clear();
  const took = ((performance.now() - start) / 1000).toFixed(1);
  const counts = [...ends].sort(([, a], [, b]) => b - a).map(([end, count]) => `${count} ${end}`);
  console.log(`${seeds} seeds from ${first} passed in ${took} s: ${Math.round(virtualMs / 3600_000)} hours`);
  console.log(`calls and messages ended: ${counts.join(", ")}`);
}

async function complain(seed: number, outcome: Outcome, raw: boolean): Promise<void> {
  process.exitCode = 1;
  const again = await run(planOf(seed));
  console.log(`seed ${seed} failed: ${outcome.failures.slice(0, 5).join("\n  ")}`);
  const replay = again.digest === outcome.digest ? "the same to the last bit" : `NOT the same: ${again.digest}`;
  console.log(`digest ${outcome.digest}; run again it was ${replay}`);
  if (!raw) {
    const least = await shrink(planOf(seed));
    console.log(`as small as it gets:\n${printPlan(least)}`);
    const { failures } = await run(least);
    console.log(`which fails with: ${failures.slice(0, 5).join("\n  ")}`);
  }
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
