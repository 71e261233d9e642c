import { check } from "./check.js";
import { link } from "./link.js";
import { load } from "./load.js";
import { emit, type Output } from "./typescript/emit.js";

/** The files to write for `schemas` and all that they import. Throws a `SchemaError` or `LoadError`; writes nothing. */
export function generate(schemas: readonly string[], roots: readonly string[]): Output[] {
  const loaded = load(schemas, roots);
  link(loaded);
  check(loaded);
  return emit(loaded);
}
