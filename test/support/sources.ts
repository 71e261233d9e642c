import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The text of a file of the project. */
export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** All TypeScript files below a folder, as paths from the project's root. */
export function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name))
    .sort();
}

/** A source without its comments and strings. */
export function codeOf(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, " ");
}

/** What a file imports, types included: paths from the root for its own project, else names of packages. */
export function importsOf(path: string): string[] {
  const text = read(path).replaceAll(/\/\*[\s\S]*?\*\//g, "");
  const found = text.matchAll(
    /^\s*(?:import|export)\b[^;"]*?\bfrom\s+"([^"]+)"|^\s*import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm,
  );
  return [...found].map((match) => {
    const name = match[1] ?? match[2] ?? match[3];
    if (!name.startsWith(".")) return name;
    return relative(".", normalize(join(dirname(path), name))).replace(/\.js$/, ".ts");
  });
}
