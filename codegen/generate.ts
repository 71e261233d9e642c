import { check } from "./check.js";
import { isFlat, loadFlat } from "./fbs/load.js";
import { link } from "./link.js";
import { load } from "./load.js";
import { LoadError } from "./load-error.js";
import type { Schema } from "./model.js";
import { emit, type Output } from "./typescript/emit.js";

/**
 * The files to write for `schemas` and all that they import. Calls `onLook` with each file before it is looked for.
 * Throws a `SchemaError` or `LoadError`; writes nothing.
 */
export function generate(
  schemas: readonly string[],
  roots: readonly string[],
  onLook?: (file: string) => void,
): Output[] {
  const [flat] = loadFlat(schemas.filter(isFlat), roots, onLook);
  if (flat !== undefined) throw new LoadError(`${flat.path} is right, but FlatBuffers code is not generated yet`);
  return emit(checked(load(schemas, roots, onLook)));
}

/** Schemas that were loaded, with all names in them looked up and all checks passed. Throws a `SchemaError`. */
export function checked(schemas: readonly Schema[]): readonly Schema[] {
  link(schemas);
  check(schemas);
  return schemas;
}
