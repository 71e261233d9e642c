import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { includes } from "../support/protoc.js";

const project = fileURLToPath(new URL("../../", import.meta.url));
const { resolve } = createRequire(import.meta.url);

/** A collection of schemas that are in use. */
export interface Tree {
  readonly name: string;
  /** Where its imports are looked for. */
  readonly roots: readonly string[];
}

export const TREES: readonly Tree[] = [
  { name: "protoc", roots: [includes] },
  // The package exports no file of its own, so that its main module must lead there.
  { name: "google-gax", roots: [join(dirname(resolve("google-gax")), "../protos"), includes] },
  { name: "google-proto-files", roots: [dirname(resolve("google-proto-files/package.json")), includes] },
];

/**
 * What cannot be read with the others: files whose imports are not in their tree, those that declare what another one
 * does, and those of an edition that is not read.
 */
const LEFT_OUT = [
  /^google\/protobuf\/compiler\/ruby\/ruby_generated_pkg_(implicit|explicit_legacy)\.proto$/,
  /^google\/protobuf\/compiler\/ruby\/ruby_generated_code(_proto2)?\.proto$/,
  /^google\/protobuf\/util\/json_format_proto3\.proto$/,
  /^google\/protobuf\/(internal_options|late_loaded_option(_user)?|sample_messages_edition)\.proto$/,
  /^google\/protobuf\/(json\/json_enumval_custom_string|test_protos\/forced_micro_string)\.proto$/,
];

/** The paths of all schemas of a tree that can be read, from the root that each lies in. */
export function filesOf({ roots }: Tree): string[] {
  const all = roots.flatMap((root) => {
    const files = readdirSync(root, { recursive: true, encoding: "utf8" });
    return files.filter((file) => file.endsWith(".proto") && !file.includes("node_modules"));
  });
  return [...new Set(all)].filter((file) => !LEFT_OUT.some((pattern) => pattern.test(file))).sort();
}

/** Where a file of a tree lies. */
export function placeOf(file: string, roots: readonly string[]): string {
  return roots.map((root) => join(root, file)).find((place) => existsSync(place)) ?? file;
}

/** Compiles generated files below `folder` as strictly as can be; the problems found in them, a line each. */
export function problemsIn(folder: string, files: readonly string[]): string[] {
  const strictest = { noUncheckedIndexedAccess: true, isolatedDeclarations: true, declaration: true };
  const config = {
    extends: join(project, "tsconfig.json"),
    compilerOptions: { ...strictest, rootDir: "/", types: [] },
    files: files.map((file) => join(folder, file)),
    include: [],
  };
  const path = join(folder, "tsconfig.json");
  writeFileSync(path, JSON.stringify(config));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const { stdout, status, signal } = spawnSync(join(project, "node_modules/.bin/tsc"), ["-p", path], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status === null) throw new Error(`tsc was ended by ${signal}`);
  // The runtime's sources are compiled with them, but need not pass options that the project does not set.
  return stdout.split("\n").filter((line) => line.trim() !== "" && !/^( |(.*\/)?src\/)/.test(line));
}
