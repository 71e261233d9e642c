import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { LoadError } from "./load-error.js";
import type { Output } from "./typescript/emit.js";

/**
 * Writes files below `folder`: all new text beside its place first, then each moved into it, so that nobody ever sees
 * half a file. Files that hold the same text already are not touched; the paths of the others are returned.
 */
export function writeOutputs(outputs: readonly Output[], folder: string): string[] {
  const changed = outputs.filter(({ path, text }) => readIfThere(join(folder, path)) !== text);
  const moves: { from: string; to: string }[] = [];
  try {
    for (const { path, text } of changed) {
      const to = join(folder, path);
      mkdirSync(folder, { recursive: true });
      checkInside(folder, dirname(to));
      mkdirSync(dirname(to), { recursive: true });
      removeLeft(to);
      const from = `${to}.${process.pid}.tmp`;
      moves.push({ from, to });
      writeFileSync(from, text, { flag: "wx" });
    }
    for (const { from, to } of moves) renameSync(from, to);
  } catch (error) {
    for (const { from } of moves) rmSync(from, { force: true });
    throw error instanceof LoadError ? error : new LoadError(`cannot write below ${folder}: ${String(error)}`);
  }
  return changed.map(({ path }) => path);
}

/** A link inside the output folder must not lead the files out of it. */
function checkInside(folder: string, target: string): void {
  if (!existsSync(target)) return checkInside(folder, dirname(target));
  const path = relative(realpathSync(folder), realpathSync(target));
  if (isAbsolute(path) || path.split(sep)[0] === "..") throw new LoadError(`${target} leads out of ${folder}`);
}

/** Removes what a process that was killed left beside `file`. */
function removeLeft(file: string): void {
  const name = basename(file);
  for (const left of readdirSync(dirname(file))) {
    const pid = left.startsWith(`${name}.`) ? /^\.(\d+)\.tmp$/.exec(left.slice(name.length))?.[1] : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(dirname(file), left), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** The text of a file, if it is there. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
