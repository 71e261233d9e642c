#!/usr/bin/env node
import { LoadError } from "./load-error.js";
import { respond } from "./plugin/respond.js";

const USAGE = "protoc-gen-millrace is run by protoc or buf, which write to its input; see docs/codegen.md";

/** Answers the request that protoc or buf writes to the standard input; what is wrong with a schema is in the answer. */
async function main(): Promise<void> {
  if (process.stdin.isTTY) throw new LoadError(USAGE);
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part);
  process.stdout.write(respond(Buffer.concat(parts)));
}

main().catch((error: unknown) => {
  if (!(error instanceof LoadError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
