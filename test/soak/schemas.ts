import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { check } from "../../codegen/check.js";
import { link } from "../../codegen/link.js";
import { load } from "../../codegen/load.js";
import { emit, type Output } from "../../codegen/typescript/emit.js";
import { filesOf, placeOf, problemsIn, type Tree, TREES } from "../codegen/trees.js";
import { must, type Part } from "./part.js";

/** As many files as the compiler is given at once, besides what they import: more take gigabytes. */
const BATCH = 1000;

/** All schemas of large trees that are in use. */
export const schemas: Part = {
  name: "schemas",
  about: "8,000 real schemas are generated twice, to the same text, which passes the strictest compiler",
  async run(scale) {
    const done = TREES.map((tree) => soakTree(tree, scale));
    return Promise.resolve(done.join("; "));
  },
};

function soakTree(tree: Tree, scale: number): string {
  const all = filesOf(tree);
  const files = all.slice(0, Math.ceil(all.length * scale));
  const start = performance.now();
  const outputs = generateAll(tree, files);
  const seconds = (performance.now() - start) / 1000;
  const again = generateAll(tree, files.toReversed());
  const texts = new Map(again.map(({ path, text }) => [path, text]));
  must(outputs.length === again.length, `${tree.name}: another order of schemas gives other files`);
  for (const { path, text } of outputs) {
    must(texts.get(path) === text, `${path} is generated otherwise when the schemas come in another order`);
  }
  const problems = compile(outputs);
  must(problems.length === 0, `${tree.name}: ${problems.length} problems, the first of which: ${problems[0]}`);
  return `${tree.name}: ${outputs.length} files in ${seconds.toFixed(1)} s`;
}

function generateAll({ roots }: Tree, files: readonly string[]): Output[] {
  const loaded = load(
    files.map((file) => placeOf(file, roots)),
    roots,
  );
  link(loaded);
  check(loaded);
  return emit(loaded);
}

function compile(outputs: readonly Output[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "millrace-schemas-"));
  try {
    for (const { path, text } of outputs) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const paths = outputs.map(({ path }) => path).sort();
    const batches = Array.from({ length: Math.ceil(paths.length / BATCH) }, (_, i) =>
      paths.slice(i * BATCH, (i + 1) * BATCH),
    );
    return batches.flatMap((batch) => problemsIn(folder, batch));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
