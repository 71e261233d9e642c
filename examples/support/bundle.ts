import { build } from "esbuild";
import { packageRoot } from "./package-root.js";

/** A module of the project with all that it imports, as one script for a page (`type="module"` where it awaits) or a worker. */
export async function bundle(path: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: packageRoot,
    entryPoints: [path],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2023",
    logLevel: "silent",
  });
  return outputFiles[0].text;
}
