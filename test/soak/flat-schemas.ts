import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix, relative, resolve } from "node:path";
import { isFolder, schemasBelow } from "../../codegen/folder.js";
import { generate } from "../../codegen/generate.js";
import { problemsIn } from "../codegen/trees.js";
import { Flatc } from "../support/flatc.js";
import { root } from "../support/sources.js";
import { must, type Part } from "./part.js";

/** What is said of the 64-bit offsets and lists that there are not here. */
const NOT_SUPPORTED = "64 is not supported";

/** Real schemas of FlatBuffers, each one generated with what it includes; those below the folder that is given, or our own. */
export const flatSchemas: Part = {
  name: "flat-schemas",
  about: "the .fbs files below --from DIR are generated twice, to the same text, which passes the strictest compiler",
  async run(scale, from = join(root, "schemas")) {
    must(isFolder(from), `${from} is no folder`);
    const all = schemasBelow(resolve(from)).filter((file) => file.endsWith(".fbs"));
    const files = all.slice(0, Math.ceil(all.length * scale));
    must(files.length > 0, `there is no .fbs file below ${from}`);
    const folder = mkdtempSync(join(tmpdir(), "millrace-flat-schemas-"));
    try {
      return await soakFiles(resolve(from), files, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function soakFiles(from: string, files: readonly string[], folder: string): Promise<string> {
  const flatc = await FlatcOf.start(from, schemasBelow(from));
  const outputs: string[] = [];
  const wrong: string[] = [];
  let refused = 0;
  for (const [i, file] of files.entries()) {
    const roots = rootsOf(from, file);
    const ours = problemOf(() => outputs.push(...writeTwice(file, roots, folder, `schema${i}`)));
    const theirs = await flatc.problemOf(file, roots);
    if (ours !== undefined && (theirs !== undefined || ours.includes(NOT_SUPPORTED))) refused++;
    else if (ours !== undefined) wrong.push(`${relative(from, file)} is refused, and not by flatc: ${ours}`);
  }
  wrong.push(...problemsIn(folder, outputs));
  must(wrong.length === 0, `${wrong.length} problems:\n${wrong.join("\n")}`);
  return `${files.length} schemas, ${outputs.length} files, ${refused} schemas refused as flatc does, or for 64-bit offsets`;
}

/** Where what `file` includes may lie: beside it, or in a folder above, as far as the one that was given. */
function rootsOf(from: string, file: string): string[] {
  const roots: string[] = [];
  for (let folder = dirname(file); folder.startsWith(from); folder = dirname(folder)) roots.push(folder);
  return roots;
}

function problemOf(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Generates code for `file`, in a folder of its own; its paths from `folder`. */
function writeTwice(file: string, roots: readonly string[], folder: string, name: string): string[] {
  const outputs = generate([file], roots);
  const again = new Map(generate([file], roots).map(({ path, text }) => [path, text]));
  return outputs.map(({ path, text }) => {
    must(again.get(path) === text, `${path} is generated otherwise the second time`);
    const place = join(name, path);
    mkdirSync(dirname(join(folder, place)), { recursive: true });
    writeFileSync(join(folder, place), text);
    return place;
  });
}

/** flatc with a tree of schemas in its memory. */
class FlatcOf {
  private constructor(
    private running: Flatc,
    private readonly from: string,
    private readonly files: readonly string[],
  ) {}

  static async start(from: string, files: readonly string[]): Promise<FlatcOf> {
    return new FlatcOf(await startWith(from, files), from, files);
  }

  async problemOf(file: string, roots: readonly string[]): Promise<string | undefined> {
    const includes = roots.flatMap((folder) => ["-I", inTree(this.from, folder)]);
    const problem = this.running.run("--schema", "-b", "-o", "/out", ...includes, inTree(this.from, file));
    if (this.running.hasCrashed) this.running = await startWith(this.from, this.files);
    return problem;
  }
}

async function startWith(from: string, files: readonly string[]): Promise<Flatc> {
  const flatc = await Flatc.start();
  const folders = new Set(files.flatMap((file) => rootsOf(from, file)).map((folder) => inTree(from, folder)));
  for (const folder of [...folders, "/out"].sort()) flatc.makeFolder(folder);
  for (const file of files) flatc.put(inTree(from, file), readFileSync(file));
  return flatc;
}

function inTree(from: string, path: string): string {
  return posix.join("/tree", relative(from, path));
}
