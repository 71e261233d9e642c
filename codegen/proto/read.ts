import type { Schema } from "../model.js";
import { lint } from "./lint.js";
import { lower } from "./lower.js";
import { parse } from "./parse.js";
import { refuse } from "./refuse.js";

/** Reads one `.proto` file that code can be generated for. Throws a `SchemaError`. */
export function readProto(source: string, path: string, file: string): Schema {
  const tree = parse(source, file);
  refuse(tree);
  lint(tree);
  return lower(tree, path);
}

/** Reads one `.proto` file in all of the language, whether code can be generated for it or not. Throws a `SchemaError`. */
export function readWhole(source: string, path: string, file: string): Schema {
  const tree = parse(source, file);
  lint(tree);
  return lower(tree, path);
}
