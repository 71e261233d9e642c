import { readFileSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { LoadError } from "./load-error.js";
import { type Import, type Schema, SchemaError } from "./model.js";
import { readProto } from "./proto/read.js";
import { WELL_KNOWN } from "./proto/well-known.js";

/**
 * Reads schema files and all that they import, each once, what is imported first.
 * Nothing outside of `roots` is read; without roots, nothing outside of a schema's own folder.
 */
export function load(files: readonly string[], roots: readonly string[]): Schema[] {
  const done = new Map<string, Schema>();
  for (const file of files) {
    const { root, path } = locate(file, roots);
    loadFile(path, file, roots.length > 0 ? roots : [root], { done, open: [] });
  }
  return [...done.values()];
}

interface Progress {
  readonly done: Map<string, Schema>;
  /** The files that are being read: each imports the next. */
  readonly open: readonly string[];
}

/** The root that a schema lies in, and its path from there. */
export function locate(file: string, roots: readonly string[]): { root: string; path: string } {
  const real = realPath(file);
  if (real === undefined) throw new LoadError(`${file}: no such schema`);
  for (const root of roots) {
    const path = relative(realPath(root) ?? root, real);
    if (isInside(path)) return { root, path: path.split(sep).join("/") };
  }
  if (roots.length > 0) throw new LoadError(`${file} lies in none of the folders given with -I: ${roots.join(", ")}`);
  return { root: dirname(file), path: basename(file) };
}

function loadFile(path: string, file: string, roots: readonly string[], { done, open }: Progress): void {
  if (done.has(path)) return;
  const schema = readProto(readText(file), path, file);
  for (const imported of schema.imports) {
    if (open.includes(imported.path) || imported.path === path) {
      throw new SchemaError(imported.at, `import cycle: ${[...open, path, imported.path].join(" → ")}`);
    }
    loadImport(imported, roots, { done, open: [...open, path] });
  }
  done.set(path, schema);
}

function loadImport(imported: Import, roots: readonly string[], progress: Progress): void {
  const { path, at } = imported;
  if (/\.b?fbs$/.test(path)) throw new SchemaError(at, `import "${path}": a .proto file imports .proto files only`);
  if (isAbsolute(path) || /\\|:|\0|(^|\/)\.{0,2}(\/|$)/.test(path)) {
    throw new SchemaError(at, `import "${path}" must be a plain path below an import folder`);
  }
  for (const root of roots) {
    const file = join(root, path);
    const real = realPath(file);
    if (real === undefined) continue;
    if (!isInside(relative(realPath(root) ?? root, real))) {
      throw new SchemaError(at, `import "${path}" leads out of ${root}`);
    }
    return loadFile(path, file, roots, progress);
  }
  const source = WELL_KNOWN.get(path);
  if (source === undefined) throw new SchemaError(at, `import "${path}" is not in ${roots.join(", ")}`);
  if (!progress.done.has(path)) progress.done.set(path, readProto(source, path, path));
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
