import { Flatc } from "../../support/flatc.js";

let running = await start();

async function start(): Promise<Flatc> {
  const started = await Flatc.start();
  started.makeFolder("/schemas");
  return started;
}

type Made = { readonly problem: string } | { readonly bytes: Uint8Array };

/**
 * What flatc says of schemas of which the first one includes the others: what is wrong, or its `.bfbs` file with all
 * attributes and comments.
 */
export function flatc(...sources: readonly string[]): Promise<Made> {
  return compile(["--bfbs-builtins", "--bfbs-comments"], sources);
}

/** As `flatc`, with options of one's own. */
export async function compile(options: readonly string[], sources: readonly string[]): Promise<Made> {
  sources.forEach((source, i) => running.put(`/schemas/${"abc"[i]}.fbs`, source));
  const problem = running.run("--schema", "-b", "-o", "/schemas", ...options, "/schemas/a.fbs");
  if (running.hasCrashed) running = await start();
  return problem === undefined ? { bytes: running.take("/schemas/a.bfbs") } : { problem };
}

/** The `.bfbs` file of a schema that is right. */
export async function bfbs(schema: string, options = ["--bfbs-builtins", "--bfbs-comments"]): Promise<Uint8Array> {
  const made = await compile(options, [schema]);
  if ("problem" in made) throw new Error(made.problem);
  return made.bytes;
}

/** What flatc says of a schema that follows an older one, or nothing if it conforms to it. */
export function conform(old: string, now: string): string {
  running.put("/schemas/old.fbs", old);
  running.put("/schemas/now.fbs", now);
  return running.run("--conform", "/schemas/old.fbs", "/schemas/now.fbs") ?? "";
}
