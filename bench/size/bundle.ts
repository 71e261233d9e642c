import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { packageRoot } from "../../examples/support/package-root.js";

/** What a page loads. */
export interface Bundle {
  /** Minified and gzipped bytes of what runs first: the entry, and what it imports. */
  readonly firstBytes: number;
  /** The same of all, with what is imported later, when it is needed. */
  readonly allBytes: number;
  /** The files that are in it, as paths from the package's folder. */
  readonly files: readonly string[];
  /** What a browser would look for in vain. */
  readonly unresolved: readonly string[];
}

/** Bundles `source`, a module in the package's folder, for browsers as its users do: from `dist`, with code splitting. */
export async function bundle(source: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: packageRoot,
    stdin: { contents: source, resolveDir: packageRoot },
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    external: ["node:*"],
    target: "es2022",
    outdir: "out",
    write: false,
    metafile: true,
    // Not the paths by which the repository itself finds its sources.
    tsconfigRaw: {},
    logLevel: "silent",
  });
  const sizes = outputFiles.map(({ path, contents }) => [path, gzipSync(contents, { level: 9 }).length] as const);
  const first = firstOf(metafile.outputs);
  const sum = (parts: typeof sizes): number => parts.reduce((total, [, bytes]) => total + bytes, 0);
  return {
    firstBytes: sum(sizes.filter(([path]) => first.some((name) => path.endsWith(`/${name}`)))),
    allBytes: sum(sizes),
    files: filesIn(metafile.outputs),
    unresolved: Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external).map(({ path }) => path),
    ),
  };
}

/** The outputs that are there before the first line runs. */
function firstOf(outputs: Metafile["outputs"]): string[] {
  const found = Object.keys(outputs).filter((path) => outputs[path].entryPoint === "<stdin>");
  for (const path of found) {
    for (const { path: other, kind } of outputs[path].imports) {
      if (kind === "import-statement" && other in outputs && !found.includes(other)) found.push(other);
    }
  }
  return found;
}

/** The files of which something is left. */
function filesIn(outputs: Metafile["outputs"]): string[] {
  const used = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return used.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
}
