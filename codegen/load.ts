import { readFileSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { isDescriptorSet, readDescriptors } from "./descriptor/read.js";
import { isFolder } from "./folder.js";
import { LoadError } from "./load-error.js";
import { type Import, type Schema, SchemaError } from "./model.js";
import { isPlainPath } from "./path.js";
import { readProto, readTree } from "./proto/read.js";
import type { FileNode } from "./proto/tree.js";
import { WELL_KNOWN } from "./proto/well-known.js";

/**
 * Reads schema files, or all that a set of descriptors holds, and what they import, each once, what is imported first.
 * Nothing outside of `roots` is read; without roots, nothing outside of a schema's own folder. Calls `onLook` with each
 * file before it is looked for, whether it is there or not.
 */
export function load(
  files: readonly string[],
  roots: readonly string[],
  onLook: (file: string) => void = () => {},
): Schema[] {
  const done: Done = new Map();
  for (const file of files) {
    onLook(file);
    if (isDescriptorSet(file)) loadTrees(readDescriptors(readBytes(file), file), file, done);
    else loadText(file, roots, done, onLook);
  }
  return schemasOf(done);
}

/** The schemas that were read so far, by their paths, and the file that each came from. */
export type Done = Map<string, { readonly schema: Schema; readonly file: string }>;

export function schemasOf(done: Done): Schema[] {
  return [...done.values()].map(({ schema }) => schema);
}

/** Makes schemas of trees that may import one another, and puts them into `done`; `source` is what they came from. */
export function loadTrees(trees: ReadonlyMap<string, FileNode>, source: string, done: Done): void {
  const find = (path: string): Found | undefined => {
    const tree = trees.get(path);
    return wellKnown(path) ?? (tree && { path, file: source, read: () => readTree(tree, path) });
  };
  for (const path of trees.keys()) {
    const found = find(path);
    if (found !== undefined)
      loadFile(found, { find, place: `${source}, which must hold what its files import`, done, open: [] });
  }
}

function loadText(file: string, roots: readonly string[], done: Done, onLook: (file: string) => void): void {
  const { root, path } = locate(file, roots);
  const folders = roots.length > 0 ? roots : [root];
  const find = (name: string, at: Import["at"]): Found | undefined => {
    return findBelow(folders, name, at, onLook) ?? wellKnown(name);
  };
  loadFile(textFile(path, file), {
    find,
    place: `${folders.join(", ")}: name the folder that holds it with -I`,
    done,
    open: [],
  });
}

/** A file that is there but not yet read. */
interface Found {
  readonly path: string;
  /** What it is read from. */
  readonly file: string;
  readonly read: () => Schema;
}

interface Progress {
  /** Looks an import up. */
  readonly find: (path: string, at: Import["at"]) => Found | undefined;
  /** Where that looks. */
  readonly place: string;
  readonly done: Done;
  /** The files that are being read: each imports the next. */
  readonly open: readonly string[];
}

/** The root that a schema lies in, and its path from there. */
export function locate(file: string, roots: readonly string[]): { root: string; path: string } {
  const real = realPath(file);
  if (real === undefined) throw new LoadError(`${file}: no such schema${otherPath(file, roots)}`);
  if (isFolder(real))
    throw new LoadError(`${file} is a folder: name the schemas in it, such as ${join(file, "*.proto")}`);
  for (const root of roots) {
    const path = relative(realPath(root) ?? root, real);
    if (isInside(path)) return { root, path: path.split(sep).join("/") };
  }
  if (roots.length > 0) throw new LoadError(`${file} lies in none of the folders given with -I: ${roots.join(", ")}`);
  return { root: dirname(file), path: basename(file) };
}

/** protoc takes paths from an import folder, too. */
function otherPath(file: string, roots: readonly string[]): string {
  const other = roots.map((root) => join(root, file)).find((path) => realPath(path) !== undefined);
  return other === undefined ? "" : `; is ${other} meant?`;
}

function loadFile({ path, file, read }: Found, progress: Progress): void {
  const { find, place, done, open } = progress;
  const before = done.get(path);
  if (before !== undefined && before.file !== file) {
    throw new LoadError(`${before.file} and ${file} are both ${path}: name a folder above them with -I`);
  }
  if (before !== undefined) return;
  if (!isPlainPath(path)) throw new LoadError(`${JSON.stringify(path)} cannot be the path of a schema`);
  const schema = read();
  for (const { path: name, at } of schema.imports) {
    if (open.includes(name) || name === path) {
      throw new SchemaError(at, `import cycle: ${[...open, path, name].join(" → ")}`);
    }
    if (/\.b?fbs$/.test(name)) throw new SchemaError(at, `import "${name}": a .proto file imports .proto files only`);
    if (!isPlainPath(name)) throw new SchemaError(at, `import "${name}" must be a plain path below an import folder`);
    const imported = find(name, at);
    if (imported === undefined) throw new SchemaError(at, `import "${name}" is not in ${place}`);
    loadFile(imported, { ...progress, open: [...open, path] });
  }
  done.set(path, { schema, file });
}

function findBelow(
  roots: readonly string[],
  path: string,
  at: Import["at"],
  onLook: (file: string) => void,
): Found | undefined {
  for (const root of roots) {
    const file = join(root, path);
    onLook(file);
    const real = realPath(file);
    if (real === undefined) continue;
    if (!isInside(relative(realPath(root) ?? root, real))) {
      throw new SchemaError(at, `import "${path}" leads out of ${root}`);
    }
    return textFile(path, file);
  }
  return undefined;
}

function textFile(path: string, file: string): Found {
  return { path, file: realPath(file) ?? file, read: () => readProto(readText(file), path, file) };
}

function wellKnown(path: string): Found | undefined {
  const source = WELL_KNOWN.get(path);
  return source === undefined ? undefined : { path, file: path, read: () => readProto(source, path, path) };
}

/** Whether a relative path leads to something below where it starts. */
export function isInside(path: string): boolean {
  return path !== "" && !isAbsolute(path) && path.split(sep)[0] !== "..";
}

/** A path without symbolic links, or `undefined` if nothing is there. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** A file's text. Throws a `LoadError` if it is not there or no text. */
export function readText(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readBytes(file));
  } catch (error) {
    if (error instanceof LoadError) throw error;
    throw new LoadError(`${file} is not UTF-8 text`, { cause: error });
  }
}

/** A file's bytes. Throws a `LoadError` if it is not there. */
export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new LoadError(`${file} cannot be read`, { cause: error });
  }
}
