import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { read, root } from "../../support/sources.js";
import { type Mutant, roots } from "./mutants.js";

/** Whether what the official verifier is built of is here: Debian's flatbuffers-compiler, libflatbuffers-dev and g++. */
export const hasOfficialVerifier = runs("g++") && runs("flatc") && existsSync("/usr/include/flatbuffers/flatbuffers.h");

function runs(command: string): boolean {
  return spawnSync(command, ["--version"]).status === 0;
}

/** Builds, in an empty folder, a program around the official verifier; returns its verdicts. */
export function buildOfficialVerifier(folder: string): (mutants: readonly Mutant[]) => boolean[] {
  for (const file of ["geometry.fbs", "world.fbs", "book.fbs"]) {
    writeFileSync(join(folder, file), withoutDefaults(read(`schemas/${file}`)));
    mustRun("flatc", ["--cpp", "-o", folder, join(folder, file)]);
  }
  const source = join(root, "test/codec/flat/official-verifier.cpp");
  const program = join(folder, "verifier");
  mustRun("g++", ["-O1", "-I", folder, "-o", program, source]);
  return (mutants) => Array.from(mustRun(program, [], stream(mutants)), (verdict) => verdict === "1");
}

/** Without what flatc 2.0.8 does not know, and no verifier cares for: default values of strings and lists. */
function withoutDefaults(schema: string): string {
  return schema.replaceAll(/ = ("none"|\[\])/g, "");
}

function mustRun(command: string, args: readonly string[], input: Uint8Array = new Uint8Array(0)): string {
  const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return stdout;
}

/** As the program reads them. */
function stream(mutants: readonly Mutant[]): Uint8Array<ArrayBuffer> {
  const parts = mutants.flatMap(({ codec, bytes }) => {
    const head = Buffer.alloc(5);
    head.writeUInt32LE(bytes.length);
    head[4] = roots.indexOf(codec);
    return [head, bytes];
  });
  return Buffer.concat(parts);
}
