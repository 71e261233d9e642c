import { fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Driver } from "./driver.js";
import { describeFinding } from "./finding.js";
import { playLive } from "./live.js";
import { Breeder } from "./mutant.js";
import { type Options, parseOptions, UsageError } from "./options.js";
import type { Share } from "./run.js";
import { recordAll } from "./sessions.js";
import { Watched } from "../support/watched.js";
import { Watchdog } from "./watchdog.js";

const options = optionsOrExit();
if (options) process.exitCode = (await run(options)) ? 0 : 1;

/** Whether all was well. */
async function run({ seed, mutants, minutes, live, mutant }: Options): Promise<boolean> {
  if (mutant !== undefined) return replay(seed, mutant);
  const step = Math.min(availableParallelism(), mutants);
  // JSON has no Infinity.
  const to = Math.min(mutants, Number.MAX_SAFE_INTEGER);
  const endsAt = Math.min(Date.now() + minutes * 60_000, Number.MAX_SAFE_INTEGER);
  const start = performance.now();
  console.log(`fuzzing with --seed ${seed} in ${step} processes`);
  const shares = Array.from({ length: step }, (_, from) => ({ seed, from, to, step, endsAt }));
  const played = await Promise.all(shares.map(hire));
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`${played.reduce((sum, { count }) => sum + count, 0)} mutants in ${seconds} s`);
  const isLiveWell = live === 0 || (await runLive(seed, live));
  return isLiveWell && played.every(({ isWell }) => isWell);
}

/** Whether a live server takes so many mutants well. */
async function runLive(seed: number, count: number): Promise<boolean> {
  const start = performance.now();
  const server = await Watched.start();
  const faults = await playLive(server, new Breeder(seed, await recordAll()), count);
  for (const fault of faults) console.error(`--seed ${seed} --live ${count}: ${fault}`);
  console.log(`${count} mutants to a live server in ${Math.round((performance.now() - start) / 1000)} s`);
  return faults.length === 0;
}

/** Plays one mutant and shows it. */
async function replay(seed: number, number: number): Promise<boolean> {
  const mutant = new Breeder(seed, await recordAll()).mutant(number);
  new Watchdog(seed).begins(number);
  const faults = await new Driver().drive(mutant);
  console.log(describeFinding(seed, mutant, faults));
  return faults.length === 0;
}

/** Plays a share in a process of its own, which prints what it finds. */
function hire(share: Share): Promise<{ count: number; isWell: boolean }> {
  const player = fork(fileURLToPath(new URL("./player.ts", import.meta.url)), [JSON.stringify(share)], {
    execArgv: ["--import", "tsx"],
  });
  let count = 0;
  player.on("message", (played: number) => (count = played));
  return once(player, "exit").then(([code]) => ({ count, isWell: code === 0 }));
}

function optionsOrExit(): Options | undefined {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`fuzz: ${error.message}`);
    process.exitCode = 2;
    return undefined;
  }
}
