import { check } from "./check.js";
import { isFlat, loadFlat } from "./fbs/load.js";
import { link } from "./link.js";
import { load } from "./load.js";
import { LoadError } from "./load-error.js";
import { emit, type Output } from "./typescript/emit.js";

/** The files to write for `schemas` and all that they import. Throws a `SchemaError` or `LoadError`; writes nothing. */
export function generate(schemas: readonly string[], roots: readonly string[]): Output[] {
  const [flat] = loadFlat(schemas.filter(isFlat), roots);
  if (flat !== undefined) throw new LoadError(`${flat.path} is right, but FlatBuffers code is not generated yet`);
  const loaded = load(schemas, roots);
  link(loaded);
  check(loaded);
  return emit(loaded);
}
