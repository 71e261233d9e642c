import { join, posix, relative } from "node:path";
import { isInside, locate, readBytes, readText, realPath } from "../load.js";
import { LoadError } from "../load-error.js";
import { isPlainPath } from "../path.js";
import { readBinary } from "./binary/read.js";
import { checkUnique } from "./check.js";
import { type FlatSchema, type Import, SchemaError } from "./model.js";
import { parse } from "./parse.js";
import { lowerTogether, type Parsed } from "./read.js";
import type { PathNode } from "./tree.js";

/** How many files may include one another in a row. */
const MAX_DEPTH = 1000;

/** Whether a file has a FlatBuffers schema, by its name. */
export function isFlat(file: string): boolean {
  return /\.b?fbs$/.test(file);
}

/**
 * Reads `.fbs` and `.bfbs` files and all that they include, each once, what is included first; files may include one
 * another in a circle. Nothing outside of `roots` is read; without roots, nothing outside of a schema's own folder. All
 * names are looked up and all rules checked. Calls `onLook` with each file before it is looked for, whether it is there or not.
 * Throws a `SchemaError` or `LoadError`.
 */
export function loadFlat(
  given: readonly string[],
  roots: readonly string[],
  onLook: (file: string) => void = () => {},
): FlatSchema[] {
  const trees = new Map<string, Parsed>();
  const files = new Map<string, string>();
  const done = new Map<string, FlatSchema>();
  for (const file of given) {
    onLook(file);
    const { root, path } = locate(file, roots);
    if (file.endsWith(".bfbs")) {
      claim({ path, file }, files);
      done.set(path, readBinary(readBytes(file), path, file));
      continue;
    }
    const order: Parsed[] = [];
    collect({ path, file }, { roots: roots.length > 0 ? roots : [root], onLook, files, trees, order, seen: new Set() });
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
  readonly onLook: (file: string) => void;
  /** Where each path was found. */
  readonly files: Map<string, string>;
  readonly trees: Map<string, Parsed>;
  readonly seen: Set<string>;
  /** Each file behind those that it includes. */
  readonly order: Parsed[];
}

function collect({ path, file }: Source, collecting: Collecting, depth = 0): void {
  const { files, trees, seen, order } = collecting;
  claim({ path, file }, files);
  if (seen.has(path)) return;
  seen.add(path);
  const tree = trees.get(path)?.tree ?? parse(readText(file), file);
  const imports: Import[] = [];
  for (const node of tree.includes) {
    if (depth === MAX_DEPTH) throw new SchemaError(node.at, `includes nest deeper than ${MAX_DEPTH}`);
    const source = findIncluded(node, path, collecting);
    imports.push({ path: source.path, at: node.at });
    collect(source, collecting, depth + 1);
  }
  const parsed = { path, tree, imports };
  trees.set(path, parsed);
  order.push(parsed);
}

/** Takes a path. Two files of one path cannot be told apart where they are included, nor in what is generated. */
function claim({ path, file }: Source, files: Map<string, string>): void {
  if (!isPlainPath(path)) throw new LoadError(`${JSON.stringify(path)} cannot be the path of a schema`);
  const other = files.get(path) ?? file;
  if (realPath(other) !== realPath(file)) {
    throw new LoadError(`${other} and ${file} are both ${path}: give a folder above both with -I`);
  }
  files.set(path, file);
}

/** As flatc does: beside the file that includes it, else in one of the folders. */
function findIncluded({ path: name, at }: PathNode, from: string, { roots, onLook }: Collecting): Source {
  const beside = posix.join(posix.dirname(from), name);
  const isAbsolute = name.startsWith("/");
  if (isAbsolute || !name.endsWith(".fbs") || ![beside, posix.normalize(name)].some(isPlainPath)) {
    throw new SchemaError(at, `include "${name}" must be the relative path of a .fbs file in ${roots.join(", ")}`);
  }
  for (const path of [beside, posix.normalize(name)].filter(isPlainPath)) {
    for (const root of roots) {
      const file = join(root, path);
      onLook(file);
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
