import type { Schema } from "../model.js";
import { lint } from "./lint.js";
import { lower } from "./lower.js";
import { parse } from "./parse.js";
import type { FileNode } from "./tree.js";

/** Reads one `.proto` file. Throws a `SchemaError`. */
export function readProto(source: string, path: string, file: string): Schema {
  return readTree(parse(source, file), path);
}

/** Makes the model of a file, wherever its tree comes from. Throws a `SchemaError`. */
export function readTree(tree: FileNode, path: string): Schema {
  lint(tree);
  return lower(tree, path);
}
