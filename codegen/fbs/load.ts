import { join, posix, relative } from "node:path";
import { isInside, locate, readBytes, readText, realPath } from "../load.js";
import { isPlainPath } from "../path.js";
import { readBinary } from "./binary/read.js";
import { checkUnique } from "./check.js";
import { type FlatSchema, SchemaError } from "./model.js";
import { parse } from "./parse.js";
import { lowerTogether, type Parsed } from "./read.js";
import type { PathNode } from "./tree.js";

/** Whether a file has a FlatBuffers schema, by its name. */
export function isFlat(file: string): boolean {
  return /\.b?fbs$/.test(file);
}

/**
 * Reads `.fbs` and `.bfbs` files and all that they include, each once, what is included first; files may include one another in a
 * circle. Nothing outside of `roots` is read; without roots, nothing outside of a schema's own folder. All names are
 * looked up and all rules checked. Throws a `SchemaError` or `LoadError`.
 */
export function loadFlat(files: readonly string[], roots: readonly string[]): FlatSchema[] {
  const trees = new Map<string, Parsed>();
  const done = new Map<string, FlatSchema>();
  for (const file of files) {
    const { root, path } = locate(file, roots);
    if (file.endsWith(".bfbs")) {
      done.set(path, readBinary(readBytes(file), path, file));
      continue;
    }
    const order: Parsed[] = [];
    collect({ path, file }, { roots: roots.length > 0 ? roots : [root], trees, order, seen: new Set() });
    lowerTogether(order, done);
  }
  const schemas = [...done.values()];
  checkUnique(schemas);
  return schemas;
}

/** A file's name in the schema, and where it is. */
interface Source {
  readonly path: string;
  readonly file: string;
}

interface Collecting {
  readonly roots: readonly string[];
  readonly trees: Map<string, Parsed>;
  readonly seen: Set<string>;
  /** Each file behind those that it includes. */
  readonly order: Parsed[];
}

function collect({ path, file }: Source, collecting: Collecting): void {
  const { roots, trees, seen, order } = collecting;
  if (seen.has(path)) return;
  seen.add(path);
  const tree = trees.get(path)?.tree ?? parse(readText(file), file);
  const included = tree.includes.map((node) => ({ ...findIncluded(node, path, roots), at: node.at }));
  for (const source of included) collect(source, collecting);
  const parsed = { path, tree, imports: included.map((source) => ({ path: source.path, at: source.at })) };
  trees.set(path, parsed);
  order.push(parsed);
}

/** As flatc does: beside the file that includes it, else in one of the folders. */
function findIncluded({ path: name, at }: PathNode, from: string, roots: readonly string[]): Source {
  const beside = posix.join(posix.dirname(from), name);
  const isAbsolute = name.startsWith("/");
  if (isAbsolute || !name.endsWith(".fbs") || ![beside, posix.normalize(name)].some(isPlainPath)) {
    throw new SchemaError(at, `include "${name}" must be the relative path of a .fbs file in ${roots.join(", ")}`);
  }
  for (const path of [beside, posix.normalize(name)].filter(isPlainPath)) {
    for (const root of roots) {
      const file = join(root, path);
      const real = realPath(file);
      if (real === undefined) continue;
      if (!isInside(relative(realPath(root) ?? root, real))) {
        throw new SchemaError(at, `include "${name}" leads out of ${root}`);
      }
      return { path: locate(file, roots).path, file };
    }
  }
  throw new SchemaError(at, `include "${name}" is neither beside this file nor in ${roots.join(", ")}`);
}
