import { parseArgs } from "node:util";
import { progressLine } from "../../examples/support/progress.js";
import { Run } from "./run.js";

const USAGE = "usage: npm run cuts -- [--cycles N] [--seed S]";
/** How long this process may take to end when all is closed. */
const LINGER_MS = 5_000;

const { values } = parseArgs({ options: { cycles: { type: "string" }, seed: { type: "string" } } });
const cycles = Number(values.cycles ?? (values.seed === undefined ? 30 : 1));
const seed = Number(values.seed ?? 1);
if (!(Number.isInteger(cycles) && Number.isInteger(seed) && cycles > 0 && seed >= 0)) {
  console.error(USAGE);
  process.exit(2);
}

const progress = progressLine(process.stderr);
const start = performance.now();
const run = new Run();
await run.open();
const failed = await run.cycles(seed, cycles, (at) => progress.show(`seed ${at}`));
await run.close();
progress.clear();
if (run.failures.length > 0) complain();
else report();
watchEnd();

function report(): void {
  const took = ((performance.now() - start) / 1000).toFixed(1);
  const counts = [...run.ends].sort(([, a], [, b]) => b - a).map(([end, count]) => `${count} ${end}`);
  console.log(`${cycles} cycles from seed ${seed} passed in ${took} s; calls ended: ${counts.join(", ")}`);
}

function complain(): void {
  process.exitCode = 1;
  console.log(run.failures.slice(0, 10).join("\n"));
  if (failed === undefined) return console.log(`npm run cuts -- --seed ${seed} --cycles ${cycles}`);
  console.log(`npm run cuts -- --seed ${failed}`);
  if (failed > seed)
    console.log(`and with what came before: npm run cuts -- --seed ${seed} --cycles ${failed - seed + 1}`);
}

/** With nothing left open the process ends by itself; what keeps it is named. */
function watchEnd(): void {
  const timer = setTimeout(() => {
    console.log(`something is left that keeps the process alive: ${process.getActiveResourcesInfo().join(", ")}`);
    process.exit(1);
  }, LINGER_MS);
  timer.unref();
}
