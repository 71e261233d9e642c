import { compare } from "../breaking/compare.js";
import { RULES, type Side } from "../breaking/rules.js";
import { isFolder, schemasBelow } from "../folder.js";
import { checked } from "../generate.js";
import { link } from "../link.js";
import { LoadError } from "../load-error.js";
import { load } from "../load.js";
import type { Schema } from "../model.js";
import { UsageError } from "./usage.js";

/** What `millrace check` is asked to do. */
export interface CheckOptions {
  /** Files and folders. */
  readonly schemas: readonly string[];
  readonly roots: readonly string[];
  /** Files and folders of an older version. */
  readonly against: readonly string[];
  readonly againstRoots: readonly string[];
  /** What to look for; without any, both. */
  readonly sides: readonly Side[];
}

/** Runs `millrace check` and returns its exit code. Throws what is wrong with a schema by itself. */
export function checkSchemas({ schemas, roots, against, againstRoots, sides }: CheckOptions): number {
  if (against.length === 0 && againstRoots.length + sides.length > 0) {
    throw new UsageError("--against-include, --wire and --source go with --against OLD");
  }
  const now = checked(loadAll(schemas, roots));
  if (against.length === 0) return 0;
  const old = loadAll(against, againstRoots);
  link(old);
  const findings = compare(old, now).filter(({ rule }) => sides.length === 0 || sides.includes(RULES[rule]));
  for (const { rule, at, text } of findings) {
    console.log(`${at.file}:${at.line}:${at.column}: [${RULES[rule]}] ${rule}: ${text}`);
  }
  return findings.length === 0 ? 0 : 1;
}

/** Reads files and all that is in folders; a folder is one that imports start from, too. */
function loadAll(paths: readonly string[], roots: readonly string[]): Schema[] {
  const folders = paths.filter(isFolder);
  const files = paths.flatMap((path) => (folders.includes(path) ? schemasBelow(path) : [path]));
  if (files.length === 0) throw new LoadError(`there is no schema in ${folders.join(", ")}`);
  return load(files, [...roots, ...folders]);
}
