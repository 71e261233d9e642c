import { readFileSync } from "node:fs";
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
  const text = readFileSync(join(packageRoot, "node_modules", name, "package.json"), "utf8");
  const { version }: { version: string } = JSON.parse(text);
  return version;
}
