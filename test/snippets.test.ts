import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { read, root } from "./support/sources.js";

/** What a careful user may have asked the compiler for. */
const STRICTEST = {
  target: "es2022",
  lib: ["es2022", "dom", "dom.iterable", "dom.asynciterable"],
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  skipLibCheck: false,
  noEmit: true,
};

/** All files that the pages for users print, by their names. */
function printed(): [name: string, text: string][] {
  return [
    "README.md",
    "docs/calls.md",
    "docs/client.md",
    "docs/messages.md",
    "docs/topics.md",
    "docs/testing.md",
  ].flatMap((page) =>
    [...read(page).matchAll(/`(\w[\w.-]*)`:\n\n```[a-z]+\n([\s\S]*?)```/g)].map(([, name, text]): [string, string] => [
      name,
      text,
    ]),
  );
}

/** A user's project with the files that are printed, and with the code of their schemas. */
function project(): string {
  const folder = mkdtempSync(join(tmpdir(), "millrace-snippets-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/millrace"));
  symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const [name, text] of printed()) writeFileSync(join(folder, name), text);
  const schemas = printed().flatMap(([name]) => (/\.(?:proto|fbs)$/.test(name) ? [name] : []));
  const millrace = join(root, "dist/codegen/main.js");
  execFileSync(process.execPath, [millrace, "gen", ...schemas, "--out", "gen"], { cwd: folder });
  return folder;
}

/** What the compiler has against all programs that are printed. */
function problems(compilerOptions: object): string {
  const folder = project();
  try {
    expect(printed().filter(([name]) => name.endsWith(".ts")).length).toBeGreaterThan(8);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    return spawnSync(process.execPath, [tsc, "-p", "."], { cwd: folder, encoding: "utf8" }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each(["nodenext", "bundler"])(
  "every program that is printed compiles under the strictest options, with the module resolution %s",
  (moduleResolution) => {
    const module = moduleResolution === "bundler" ? "esnext" : moduleResolution;
    expect(problems({ ...STRICTEST, module, moduleResolution })).toBe("");
  },
  60_000,
);

test("every program that is printed compiles with the options that the README asks for, and no others", () => {
  const [sentence] = /`tsc` needs [^;]*;/.exec(read("README.md")) ?? [""];
  const { module, moduleResolution, ...always } = JSON.parse(
    `{${[...sentence.matchAll(/`(".*?)`/g)].map(([, option]) => option).join()}}`,
  );
  expect([module, moduleResolution]).toEqual(["nodenext", "bundler"]);
  expect(problems({ ...always, module, noEmit: true })).toBe("");
  expect(problems({ ...always, moduleResolution, noEmit: true })).toBe("");
}, 60_000);
