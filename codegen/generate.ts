import { check } from "./check.js";
import { isFlat, loadFlat } from "./fbs/load.js";
import type { FlatSchema } from "./fbs/model.js";
import { link } from "./link.js";
import { load } from "./load.js";
import { LoadError } from "./load-error.js";
import type { Schema } from "./model.js";
import { OPTIONS_PATH } from "./proto/topic-option.js";
import { emit, type Output } from "./typescript/emit.js";
import { checkFlat } from "./typescript/flat/check.js";
import { emitFlat } from "./typescript/flat/emit.js";

/**
 * The files to write for `schemas` and all that they import. Calls `onLook` with each file before it is looked for.
 * Throws a `SchemaError` or `LoadError`; writes nothing.
 */
export function generate(
  schemas: readonly string[],
  roots: readonly string[],
  onLook?: (file: string) => void,
): Output[] {
  const flat = checkedFlat(schemas, roots, onLook);
  const protos = schemas.filter((schema) => !isFlat(schema));
  const outputs = [...emit(used(checked(load(protos, roots, onLook)))), ...emitFlat(flat)];
  checkPaths(outputs);
  return outputs;
}

/** `schemas` without our options, which mean something to the generator only, and what these alone import. */
export function used(schemas: readonly Schema[]): readonly Schema[] {
  const options = schemas.find(({ path }) => path === OPTIONS_PATH);
  if (options === undefined) return schemas;
  const others = schemas.filter((schema) => schema !== options);
  const imported = new Set(others.flatMap(({ imports }) => imports.map(({ path }) => path)));
  return others.filter(({ path }) => imported.has(path) || !options.imports.some((own) => own.path === path));
}

/** Schemas that were loaded, with all names in them looked up and all checks passed. Throws a `SchemaError`. */
export function checked(schemas: readonly Schema[]): readonly Schema[] {
  link(schemas);
  check(schemas);
  return schemas;
}

/** Those of `schemas` that are of FlatBuffers, and all that they include, with all checks passed. Throws a `SchemaError`. */
export function checkedFlat(
  schemas: readonly string[],
  roots: readonly string[],
  onLook?: (file: string) => void,
): FlatSchema[] {
  const flat = loadFlat(schemas.filter(isFlat), roots, onLook);
  checkFlat(flat);
  return flat;
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
