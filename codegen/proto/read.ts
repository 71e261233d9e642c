import type { Schema } from "../model.js";
import { lint } from "./lint.js";
import { lower } from "./lower.js";
import { parse } from "./parse.js";

/** Reads one `.proto` file. Throws a `SchemaError`. */
export function readProto(source: string, path: string, file: string): Schema {
  const tree = parse(source, file);
  lint(tree);
  return lower(tree, path);
}
