import { checked } from "../generate.js";
import { load } from "../load.js";

/** What `millrace check` is asked to do. */
export interface CheckOptions {
  readonly schemas: readonly string[];
  readonly roots: readonly string[];
}

/** Runs `millrace check` and returns its exit code. Throws what is wrong with a schema. */
export function checkSchemas({ schemas, roots }: CheckOptions): number {
  checked(load(schemas, roots));
  return 0;
}
