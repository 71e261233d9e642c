import { closeSync, type Dirent, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { readIfThere } from "./output.js";
import { HEAD, type Output } from "./typescript/emit.js";

/** A generated file that is not as it should be. */
export interface Stale {
  /** Below the output folder, with `/`. */
  readonly path: string;
  readonly why: "missing" | "stale" | "left over";
}

/** What would change if `outputs` were written below `folder`, and what no schema gives any more. */
export function staleFiles(outputs: readonly Output[], folder: string): Stale[] {
  const known = new Set(outputs.map(({ path }) => path));
  const stale = outputs.flatMap(({ path, text }): Stale[] => {
    const now = readIfThere(join(folder, path));
    return now === text ? [] : [{ path, why: now === undefined ? "missing" : "stale" }];
  });
  const left = generatedIn(folder).filter((path) => !known.has(path));
  return [...stale, ...left.map((path): Stale => ({ path, why: "left over" }))];
}

/** The files below `folder` that say they were generated, as paths from there. */
function generatedIn(folder: string, from = ""): string[] {
  const entries = entriesOf(join(folder, from)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = from === "" ? entry.name : `${from}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : generatedIn(folder, path);
    return entry.isFile() && path.endsWith(".ts") && startOf(join(folder, path)) === HEAD ? [path] : [];
  });
}

function entriesOf(folder: string): Dirent[] {
  return existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
}

/** As much of a file as `HEAD` is long. */
function startOf(file: string): string {
  const start = Buffer.alloc(Buffer.byteLength(HEAD));
  const descriptor = openSync(file, "r");
  try {
    return start.toString("utf8", 0, readSync(descriptor, start));
  } finally {
    closeSync(descriptor);
  }
}
