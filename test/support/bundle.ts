import { build } from "esbuild";
import { root } from "./sources.js";

/** A module of the project with all that it imports, as one script for a page or a worker. */
export async function bundle(path: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [path],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2023",
    logLevel: "silent",
  });
  return outputFiles[0].text;
}
