import { join } from "node:path";
import { generate } from "../generate.js";
import { writeOutputs } from "../output.js";
import { staleFiles } from "../stale.js";
import type { Output } from "../typescript/emit.js";
import { explain } from "./explain.js";
import { UsageError } from "./usage.js";
import { watch } from "./watch.js";

/** What `millrace gen` is asked to do. */
export interface GenOptions {
  readonly schemas: readonly string[];
  readonly out: string | undefined;
  readonly roots: readonly string[];
  readonly check: boolean;
  readonly watch: boolean;
}

/** Runs `millrace gen` and returns its exit code. Throws what it says of schemas that are wrong. */
export async function gen({ schemas, out, roots, check, watch: isWatch }: GenOptions): Promise<number> {
  if (out === undefined || out === "") throw new UsageError("--out DIR is missing");
  if (check && isWatch) throw new UsageError("--check and --watch are two ways to go on: choose one");
  if (isWatch) return watchSchemas(schemas, roots, out);
  const outputs = generate(schemas, roots);
  if (check) return checkOutputs(outputs, out);
  writeOutputs(outputs, out);
  for (const { path, summary } of outputs) console.log(`${join(out, path)}  ${summary}`);
  return 0;
}

function checkOutputs(outputs: readonly Output[], out: string): number {
  const stale = staleFiles(outputs, out);
  for (const { path, why } of stale) console.error(`${join(out, path)} is ${why}`);
  if (stale.length === 0) return 0;
  console.error("millrace: the files are not what the schemas give; run it without --check");
  if (stale.some(({ why }) => why === "left over")) {
    console.error(
      "millrace: no schema given here makes the files that are left over: remove them, or give all schemas",
    );
  }
  return 1;
}

/** Generates whenever a schema changes, until the process is told to end. */
async function watchSchemas(schemas: readonly string[], roots: readonly string[], out: string): Promise<number> {
  await watch((changed, onLook) => {
    const start = performance.now();
    for (const path of changed) console.log(`${path} changed`);
    try {
      for (const path of writeOutputs(generate(schemas, roots, onLook), out)) console.log(`  ${join(out, path)}`);
      console.log(`up to date after ${Math.ceil(performance.now() - start)} ms; watching`);
    } catch (error) {
      explain(error);
      console.log("not up to date; watching");
    }
  });
  return 0;
}
