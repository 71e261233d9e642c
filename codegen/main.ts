#!/usr/bin/env node
import { join } from "node:path";
import { parseArgs } from "node:util";
import { generate } from "./generate.js";
import { LoadError } from "./load-error.js";
import { SchemaError } from "./model.js";
import { writeOutputs } from "./output.js";

const USAGE = `usage: millrace gen SCHEMA… --out DIR [-I DIR]…

  SCHEMA    .proto and .fbs files; what they import is generated, too
  --out     where the generated files go
  -I        a folder that imports start from; without one, each schema's own folder
`;

/** What was asked for cannot be understood. */
class UsageError extends Error {}

/** Runs the command line and returns the exit code: 0, 1 for a schema that is wrong, 2 for a command that is. */
function main(args: readonly string[]): number {
  try {
    const { values, positionals } = parse(args);
    if (values.help === true) {
      process.stdout.write(USAGE);
      return 0;
    }
    const [command, ...schemas] = positionals;
    if (command !== "gen") throw new UsageError(command === undefined ? "what to do?" : `unknown command ${command}`);
    if (schemas.length === 0) throw new UsageError("no schema given");
    if (values.out === undefined || values.out === "") throw new UsageError("--out DIR is missing");
    const outputs = generate(schemas, values.include ?? []);
    writeOutputs(outputs, values.out);
    for (const { path, summary } of outputs) console.log(`${join(values.out, path)}  ${summary}`);
    return 0;
  } catch (error) {
    return explain(error);
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: "string" },
        include: { type: "string", short: "I", multiple: true },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.split(/\. |\n/)[0] : String(error));
  }
}

function explain(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`millrace: ${error.message}; see millrace --help`);
    return 2;
  }
  if (error instanceof SchemaError) console.error(error.message);
  else if (error instanceof LoadError) console.error(`millrace: ${error.message}`);
  else throw error;
  return 1;
}

process.exitCode = main(process.argv.slice(2));
