import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../support/sources.js";
import { lastLineOf } from "./command.js";
import type { Part } from "./part.js";

/** Those after the oldest that is supported, which all else runs on. */
const NODES = [22, 24, 26];

/** What else runs programs for Node.js; each is one file in a package of some 100 MB, fetched when it is needed. */
const OTHERS = [
  { name: "Bun", package: "@oven/bun-linux-x64@1.4.5", file: "bin/bun", args: [] },
  { name: "Deno", package: "@deno/linux-x64-glibc@2.9.6", file: "deno", args: ["run", "--allow-all"] },
] as const;

/** Other runtimes than the one this is developed with. */
export const runtimes: Part = {
  name: "runtimes",
  about: `all tests in Node.js ${NODES.join(", ")}; the contract of transports in Bun and Deno`,
  async run() {
    const lines: string[] = [];
    await lastLineOf("npm", ["run", "--silent", "build"]);
    for (const node of NODES) {
      const args = ["-y", "-p", `node@${node}`, "node", "node_modules/vitest/vitest.mjs", "run", "--silent"];
      lines.push(`Node.js ${node}: ${await lastLineOf("npx", args)}`);
    }
    for (const other of OTHERS) lines.push(`${other.name}: ${await contractIn(other)} promises kept`);
    return lines.join("; ");
  },
};

async function contractIn(runtime: (typeof OTHERS)[number]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-runtime-"));
  try {
    await lastLineOf("npm", ["install", "--silent", "--no-package-lock", "--prefix", folder, runtime.package]);
    const [scope, name] = runtime.package.split(/[/@]/).slice(1);
    const program = join(folder, "node_modules", `@${scope}`, name, runtime.file);
    return await lastLineOf(program, [...runtime.args, await bundled()]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The contract as one file, from where the packages that it imports are found. */
async function bundled(): Promise<string> {
  const outfile = join(root, "dist/runtimes/contract.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["test/runtimes/contract.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    // package.json names the built modules that do something by being loaded, and these are the sources.
    ignoreAnnotations: true,
    outfile,
  });
  return outfile;
}
