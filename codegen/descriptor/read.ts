import { LoadError } from "../load-error.js";
import { isPlainPath } from "../path.js";
import type { FileNode } from "../proto/tree.js";
import { treeOf } from "./file.js";
import { FILE, SET } from "./numbers.js";
import { Fields, WireError } from "./wire.js";

/** Whether a file is a set of descriptors by its name: what `buf build -o` and `protoc --descriptor_set_out` make. */
export function isDescriptorSet(file: string): boolean {
  return /\.(binpb|pb|desc)$/.test(file);
}

/**
 * The trees of the files in a `FileDescriptorSet`, by their paths. `source` is what it was read from, for what there
 * is to say of it. Throws a `LoadError`, or a `SchemaError` for what no schema could say.
 */
export function readDescriptors(bytes: Uint8Array, source: string): Map<string, FileNode> {
  try {
    return treesOf(new Fields(bytes).messages(SET.file), source);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new LoadError(`${source} is not a whole FileDescriptorSet: ${error.message}`, { cause: error });
  }
}

/** The trees of some files that came from `source`. */
export function treesOf(files: readonly Fields[], source: string): Map<string, FileNode> {
  const trees = new Map<string, FileNode>();
  for (const file of files) {
    const path = file.text(FILE.name) ?? "";
    if (!isPlainPath(path))
      throw new LoadError(`${source} holds a file whose path is not plain: ${JSON.stringify(path)}`);
    if (trees.has(path)) throw new LoadError(`${source} holds two files ${path}`);
    trees.set(path, treeOf(file, path));
  }
  if (trees.size === 0) throw new LoadError(`${source} holds no files`);
  return trees;
}
