import { checkUnique } from "../../../codegen/fbs/check.js";
import { type FlatSchema, SchemaError } from "../../../codegen/fbs/model.js";
import { parse } from "../../../codegen/fbs/parse.js";
import { lowerTogether } from "../../../codegen/fbs/read.js";

/** Reads schemas of which the first one includes the others. */
export function readFlat(...sources: readonly string[]): FlatSchema[] {
  const done = new Map<string, FlatSchema>();
  const files = sources.map((source, i) => {
    const path = `${"abc"[i]}.fbs`;
    return { path, tree: parse(source, path), imports: [] };
  });
  lowerTogether(files.toReversed(), done);
  const schemas = [...done.values()].toReversed();
  checkUnique(schemas);
  return schemas;
}

/** What is wrong with schemas, or `nothing`. */
export function problem(...sources: readonly string[]): string {
  try {
    readFlat(...sources);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    return error.message;
  }
  return "nothing";
}
