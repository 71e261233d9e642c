import { join, posix, relative } from "node:path";
import { isInside, locate, readText, realPath } from "../load.js";
import { isPlainPath } from "../path.js";
import { checkTables, checkUnique } from "./check.js";
import { lower } from "./lower.js";
import { type FlatSchema, type Import, SchemaError } from "./model.js";
import { Names } from "./names.js";
import { parse } from "./parse.js";
import type { FileNode, PathNode } from "./tree.js";

/** Whether a file has a FlatBuffers schema, by its name. */
export function isFlat(file: string): boolean {
  return file.endsWith(".fbs");
}

/**
 * Reads `.fbs` files and all that they include, each once, what is included first; files may include one another in a
 * circle. Nothing outside of `roots` is read; without roots, nothing outside of a schema's own folder. All names are
 * looked up and all rules checked. Throws a `SchemaError` or `LoadError`.
 */
export function loadFlat(files: readonly string[], roots: readonly string[]): FlatSchema[] {
  const trees = new Map<string, Parsed>();
  const done = new Map<string, FlatSchema>();
  for (const file of files) {
    const { root, path } = locate(file, roots);
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

/** A file that was read, but whose names were not looked up. */
interface Parsed {
  readonly path: string;
  readonly tree: FileNode;
  readonly imports: readonly Import[];
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
  if (isAbsolute || !/\.fbs$/.test(name) || ![beside, posix.normalize(name)].some(isPlainPath)) {
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

/** Makes the models of files that see one another. Those that are done already only say what they declare. */
function lowerTogether(order: readonly Parsed[], done: Map<string, FlatSchema>): void {
  const names = new Names();
  const fresh: FlatSchema[] = [];
  for (const { path, tree, imports } of order) {
    const known = done.get(path);
    if (known === undefined) fresh.push(lower(tree, path, imports, names));
    else
      names.adopt(
        known,
        tree.statements.flatMap((node) => (node.kind === "attribute" ? [node.value.text] : [])),
      );
  }
  names.finish();
  for (const schema of fresh) done.set(schema.path, schema);
  checkTables(fresh);
}
