import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../support/sources.js";
import { FLEET_MUTANTS } from "./fleet/mutants.js";
import { type Mutant, MUTANTS } from "./mutants.js";

/** All faults to plant. */
export const ALL_MUTANTS: readonly Mutant[] = [...MUTANTS, ...FLEET_MUTANTS];

const SEEDS = 2000;
/** A fault may make the simulator itself go round in circles, which is to be found too. */
const PATIENCE_MS = 240_000;

/** What became of a planted fault. */
interface Fate {
  readonly isFound: boolean;
  readonly how: string;
}

/** Plants each fault in a copy of its own and lets the simulator look for it; returns whether all were found. */
export async function huntMutants(): Promise<boolean> {
  const waiting = [...ALL_MUTANTS];
  let missed = 0;
  const hunt = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const { isFound, how } = await fateOf(mutant);
      if (!isFound) missed++;
      console.log(`${isFound ? "found " : "MISSED"} ${mutant.breaks.padEnd(9)} ${how.padEnd(24)} ${mutant.what}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, hunt));
  console.log(
    `${ALL_MUTANTS.length - missed} of ${ALL_MUTANTS.length} planted faults were found within ${SEEDS} seeds`,
  );
  return missed === 0;
}

/** Plants one fault in a copy of the sources and lets the simulator look for it. */
export async function fateOf(mutant: Mutant): Promise<Fate> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-mutant-"));
  try {
    for (const part of [
      "src",
      "schemas",
      "test/sim",
      "test/ledger",
      "test/support",
      "examples/support",
      "package.json",
      "tsconfig.json",
    ])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const path = join(folder, mutant.file);
    const parts = readFileSync(path, "utf8").split(mutant.find);
    if (parts.length !== 2) return { isFound: false, how: `stands ${parts.length - 1} times` };
    writeFileSync(path, parts.join(mutant.replace));
    return await simulateIn(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs the simulator on the copy in `folder`, in a process of its own. */
function simulateIn(folder: string): Promise<Fate> {
  const args = ["--import", "tsx", "test/sim/main.ts", "--seeds", String(SEEDS), "--raw"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += String(data)));
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  return new Promise((resolve) => {
    child.on("close", (code) => {
      clearTimeout(timer);
      const [, seed, kind] = /seed (\d+) failed: (\w+)/.exec(output) ?? [];
      if (seed !== undefined) return resolve({ isFound: true, how: `seed ${seed}, ${kind}` });
      resolve({ isFound: code === null, how: code === null ? "it never ended" : `exit ${code}` });
    });
  });
}
