#!/usr/bin/env node
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { checkSchemas } from "./command/check.js";
import { explain } from "./command/explain.js";
import { gen } from "./command/gen.js";
import { USAGE, UsageError } from "./command/usage.js";

/** Runs the command line and returns the exit code: 0, 1 for a schema that is wrong, 2 for a command that is. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    if (values.help === true) {
      process.stdout.write(USAGE);
      return 0;
    }
    if (values.version === true) {
      console.log(version());
      return 0;
    }
    const [command, ...schemas] = positionals;
    if (command !== "gen" && command !== "check") {
      throw new UsageError(command === undefined ? "no command given: gen or check" : `unknown command ${command}`);
    }
    if (schemas.length === 0) throw new UsageError("no schema given");
    refuseOthers(command, Object.keys(values));
    const roots = values.include ?? [];
    if (command === "gen") {
      const { out, check = false, watch = false } = values;
      return await gen({ schemas, out, roots, check, watch });
    }
    const { against = [], "against-include": againstRoots = [] } = values;
    const sides = (["wire", "source"] as const).filter((side) => values[side] === true);
    return checkSchemas({ schemas, roots, against, againstRoots, sides });
  } catch (error) {
    return explain(error);
  }
}

function version(): string {
  return (createRequire(import.meta.url)("millrace/package.json") as { version: string }).version;
}

/** The options that a command does not have in common with the other one. */
const OWN = { gen: ["out", "check", "watch"], check: ["against", "against-include", "wire", "source"] };

function refuseOthers(command: "gen" | "check", given: readonly string[]): void {
  const other = command === "gen" ? "check" : "gen";
  const wrong = given.find((option) => OWN[other].includes(option));
  if (wrong !== undefined) throw new UsageError(`--${wrong} is for millrace ${other}`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: "string" },
        include: { type: "string", short: "I", multiple: true },
        check: { type: "boolean" },
        watch: { type: "boolean" },
        against: { type: "string", multiple: true },
        "against-include": { type: "string", multiple: true },
        wire: { type: "boolean" },
        source: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.split(/\. |\n/)[0] : String(error));
  }
}

process.exitCode = await main(process.argv.slice(2));
