import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { LoadError } from "./load-error.js";
import type { Output } from "./typescript/emit.js";

/**
 * Writes files below `folder`: all new text beside its place first, then each moved into it, so that nobody ever sees
 * half a file. Files that hold the same text already are not touched.
 */
export function writeOutputs(outputs: readonly Output[], folder: string): void {
  const moves: { from: string; to: string }[] = [];
  try {
    for (const { path, text } of outputs) {
      const to = join(folder, path);
      if (readIfThere(to) === text) continue;
      mkdirSync(dirname(to), { recursive: true });
      checkInside(folder, dirname(to));
      const from = `${to}.${process.pid}.tmp`;
      moves.push({ from, to });
      writeFileSync(from, text, { flag: "wx" });
    }
    for (const { from, to } of moves) renameSync(from, to);
  } catch (error) {
    for (const { from } of moves) rmSync(from, { force: true });
    throw error instanceof LoadError ? error : new LoadError(`cannot write below ${folder}: ${String(error)}`);
  }
}

/** A link inside the output folder must not lead the files out of it. */
function checkInside(folder: string, target: string): void {
  const path = relative(realpathSync(folder), realpathSync(target));
  if (isAbsolute(path) || path.split(sep)[0] === "..") throw new LoadError(`${target} leads out of ${folder}`);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
