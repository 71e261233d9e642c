import { compare } from "../breaking/compare.js";
import { compareFlat } from "../breaking/flat/compare.js";
import { type Finding, type Side, sideOf } from "../breaking/rules.js";
import { isFlat, loadFlat } from "../fbs/load.js";
import { isFolder, schemasBelow } from "../folder.js";
import { checked, checkedFlat, checkPaths } from "../generate.js";
import { link } from "../link.js";
import { LoadError } from "../load-error.js";
import { load } from "../load.js";
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
  const now = filesOf(schemas, roots);
  const [protos, flat] = [checked(load(now.protos, now.roots)), checkedFlat(now.flat, now.roots)];
  checkPaths(protos, flat);
  if (against.length === 0) return 0;
  const old = filesOf(against, againstRoots);
  const oldProtos = load(old.protos, old.roots);
  link(oldProtos);
  const findings = [...compare(oldProtos, protos), ...compareFlat(loadFlat(old.flat, old.roots), flat)];
  return print(findings.filter(({ rule }) => sides.length === 0 || sides.includes(sideOf(rule))));
}

function print(findings: readonly Finding[]): number {
  for (const { rule, at, text } of findings) {
    console.log(`${at.file}:${at.line}:${at.column}: [${sideOf(rule)}] ${rule}: ${text}`);
  }
  return findings.length === 0 ? 0 : 1;
}

/** What is to be read: files and all that is in folders, by their language. */
interface Files {
  readonly protos: readonly string[];
  readonly flat: readonly string[];
  readonly roots: readonly string[];
}

/** A folder is one that imports start from, too. */
function filesOf(paths: readonly string[], roots: readonly string[]): Files {
  const folders = paths.filter(isFolder);
  const files = paths.flatMap((path) => (folders.includes(path) ? schemasBelow(path) : [path]));
  if (files.length === 0) throw new LoadError(`there is no schema in ${folders.join(", ")}`);
  return {
    protos: files.filter((file) => !isFlat(file)),
    flat: files.filter(isFlat),
    roots: [...roots, ...folders],
  };
}
