import { check } from "./check.js";
import { link } from "./link.js";
import { load } from "./load.js";
import type { Schema } from "./model.js";
import { emit, type Output } from "./typescript/emit.js";

/** The files to write for `schemas` and all that they import. Throws a `SchemaError` or `LoadError`; writes nothing. */
export function generate(schemas: readonly string[], roots: readonly string[]): Output[] {
  return emit(checked(load(schemas, roots)));
}

/** Schemas that were loaded, with all names in them looked up and all checks passed. Throws a `SchemaError`. */
export function checked(schemas: readonly Schema[]): readonly Schema[] {
  link(schemas);
  check(schemas);
  return schemas;
}
