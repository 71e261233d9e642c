import { check } from "./check.js";
import { isFlat, loadFlat } from "./fbs/load.js";
import { link } from "./link.js";
import { load } from "./load.js";
import { LoadError } from "./load-error.js";
import { emit, type Output } from "./typescript/emit.js";
import { checkFlat } from "./typescript/flat/check.js";
import { emitFlat } from "./typescript/flat/emit.js";

/** The files to write for `schemas` and all that they import. Throws a `SchemaError` or `LoadError`; writes nothing. */
export function generate(schemas: readonly string[], roots: readonly string[]): Output[] {
  const flat = loadFlat(schemas.filter(isFlat), roots);
  checkFlat(flat);
  const loaded = load(
    schemas.filter((schema) => !isFlat(schema)),
    roots,
  );
  link(loaded);
  check(loaded);
  const outputs = [...emit(loaded), ...emitFlat(flat)];
  checkPaths(outputs);
  return outputs;
}

/** A `.proto` and a `.fbs` file must not be generated into one. */
function checkPaths(outputs: readonly Output[]): void {
  const seen = new Set<string>();
  for (const { path } of outputs) {
    const key = path.toLowerCase();
    if (seen.has(key)) throw new LoadError(`two schemas would be generated into ${path}: rename one of them`);
    seen.add(key);
  }
}
