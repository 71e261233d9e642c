import { check } from "./check.js";
import { isFlat, loadFlat } from "./fbs/load.js";
import type { FlatSchema } from "./fbs/model.js";
import { link } from "./link.js";
import { load } from "./load.js";
import { LoadError } from "./load-error.js";
import type { Schema } from "./model.js";
import { OPTIONS_PATH } from "./proto/topic-option.js";
import { emit, type Output } from "./typescript/emit.js";
import { outputPath } from "./typescript/file.js";
import { checkFlat } from "./typescript/flat/check.js";
import { emitFlat } from "./typescript/flat/emit.js";
import { flatOutputPath } from "./typescript/flat/file.js";

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
  const protos = used(
    checked(
      load(
        schemas.filter((schema) => !isFlat(schema)),
        roots,
        onLook,
      ),
    ),
  );
  checkPaths(protos, flat);
  return [...emit(protos), ...emitFlat(flat)];
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

/** Refuses schemas of which two would be generated into one file, as `a.proto` and `a.fbs`. Throws a `LoadError`. */
export function checkPaths(protos: readonly Schema[], flat: readonly FlatSchema[]): void {
  const seen = new Set<string>();
  const paths = [
    ...protos.map((schema) => outputPath(schema.path, ".ts")),
    ...flat.map((schema) => flatOutputPath(schema.path, ".ts")),
  ];
  for (const path of paths) {
    const key = path.toLowerCase();
    if (seen.has(key)) throw new LoadError(`two schemas would be generated into ${path}: rename one of them`);
    seen.add(key);
  }
}
