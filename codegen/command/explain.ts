import { LoadError } from "../load-error.js";
import { SchemaError } from "../position.js";
import { UsageError } from "./usage.js";

/** Says on stderr what is wrong, and returns the exit code for it. Throws what is nobody's fault but ours. */
export function explain(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`millrace: ${error.message}; see millrace --help`);
    return 2;
  }
  if (error instanceof SchemaError) console.error(error.message);
  else if (error instanceof LoadError) console.error(`millrace: ${error.message}`);
  else throw error;
  return 1;
}
