import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "../../codegen/generate.js";
import { writeOutputs } from "../../codegen/output.js";
import { prepare, type Suite } from "./prepare.js";

// npm run conformance: the official suite of Protocol Buffers, binary and JSON, every test of it, none expected to fail.

const project = fileURLToPath(new URL("../../", import.meta.url));
/** What is made for the run: the generated code of the suite's messages, and the program that the suite starts. */
const work = join(project, "dist", "conformance");

const SCHEMAS = [
  "conformance/conformance.proto",
  "google/protobuf/test_messages_edition2023.proto",
  "google/protobuf/test_messages_proto2.proto",
  "google/protobuf/test_messages_proto2_editions.proto",
  "google/protobuf/test_messages_proto3.proto",
  "google/protobuf/test_messages_proto3_editions.proto",
];

function main(): number {
  const suite = prepare();
  rmSync(work, { recursive: true, force: true });
  const schemas = SCHEMAS.map((path) => join(suite.include, path));
  writeOutputs(generate(schemas, [suite.include]), join(work, "gen"));
  return report(runSuite(suite, testee()));
}

/** The suite starts one file without arguments. */
function testee(): string {
  const file = join(work, "testee");
  const command = [process.execPath, "--import", "tsx", join(project, "test/conformance/testee.ts"), join(work, "gen")];
  writeFileSync(file, `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(" ")}\n`);
  chmodSync(file, 0o755);
  return file;
}

function runSuite({ command: [program, ...before] }: Suite, file: string): string {
  const none = join(work, "no-failures.txt");
  const output = join(work, "report");
  writeFileSync(none, "");
  mkdirSync(output);
  const lists = ["--failure_list", none, "--text_format_failure_list", none, "--output_dir", output];
  const args = [...before, "--maximum_edition", "2023", "--enforce_recommended", ...lists, file];
  const { stdout, stderr } = spawnSync(program, args, { cwd: project, encoding: "utf8", maxBuffer: 1 << 28 });
  return stdout + stderr;
}

/** Prints each failure and the sums, and returns the exit code. */
function report(log: string): number {
  const sums = [...log.matchAll(/(\d+) successes, (\d+) skipped, (\d+) expected failures, (\d+) unexpected failures/g)];
  const [passed, skipped, , failed] = [1, 2, 3, 4].map((i) => sums.reduce((sum, match) => sum + Number(match[i]), 0));
  const isFine = sums.length > 0 && failed === 0 && passed > 0;
  if (!isFine) console.log(log);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped (text format)`);
  return isFine ? 0 : 1;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
