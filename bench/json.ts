import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { packageRoot } from "../examples/support/package-root.js";
import type { Row } from "./suite.js";

/** What `--json` writes. */
export interface Report {
  readonly suite: string;
  /** The version of Node.js that measured. */
  readonly node: string;
  /** Version of each peer that was measured. */
  readonly packages: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

/** Puts a run into the shape that `--json` promises. */
export function reportOf(suite: string, packages: readonly string[], rows: readonly Row[]): Report {
  const versions = [...new Set(packages)].sort().map((name) => [name, installedVersion(name)] as const);
  return { suite, node: process.versions.node, packages: Object.fromEntries(versions), rows };
}

function installedVersion(name: string): string {
  const folders = createRequire(join(packageRoot, "package.json")).resolve.paths(name) ?? [];
  const file = folders.map((folder) => join(folder, name, "package.json")).find(existsSync);
  if (file === undefined) throw new Error(`${name} is not installed: run npm ci`);
  const { version }: { version: string } = JSON.parse(readFileSync(file, "utf8"));
  return version;
}
