import type { Schema } from "../model.js";
import { lint } from "./lint.js";
import { lower } from "./lower.js";
import { parse } from "./parse.js";
import { refuse } from "./refuse.js";
import type { FileNode } from "./tree.js";

/** Reads one `.proto` file that code can be generated for. Throws a `SchemaError`. */
export function readProto(source: string, path: string, file: string): Schema {
  return readTree(parse(source, file), path);
}

/** Makes the model of a file that code can be generated for, wherever its tree comes from. Throws a `SchemaError`. */
export function readTree(tree: FileNode, path: string): Schema {
  refuse(tree);
  return readWholeTree(tree, path);
}

/** Reads one `.proto` file in all of the language, whether code can be generated for it or not. Throws a `SchemaError`. */
export function readWhole(source: string, path: string, file: string): Schema {
  return readWholeTree(parse(source, file), path);
}

/** Makes the model of a file, whether code can be generated for it or not. Throws a `SchemaError`. */
export function readWholeTree(tree: FileNode, path: string): Schema {
  lint(tree);
  return lower(tree, path);
}
