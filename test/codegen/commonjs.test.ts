import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { generate } from "../../codegen/generate.js";
import { writeOutputs } from "../../codegen/output.js";
import { folder } from "./folder.js";
import { project } from "./tools.js";

const TSCONFIG = JSON.stringify({
  compilerOptions: { module: "nodenext", target: "es2022", types: ["node"], outDir: "out", rootDir: "." },
  include: ["*.ts", "gen"],
});

const NAMES = ["Object", "Promise", "exports", "module", "require", "__esModule", "__dirname"];

const MAIN = `import { Object_, exports_ } from "./gen/a.js";
import { __esModule_ } from "./gen/b.js";
console.log(Object_.fromBytes(Object_.toBytes({ x: 1 })).x, exports_.name, __esModule_.toBytes({ x: 2 }).length > 4);`;

it("code compiles and runs in a project of CommonJS, whatever is called like what that reserves", {
  timeout: 60_000,
}, () => {
  const root = folder({
    "a.proto": `syntax = "proto3"; package a; ${NAMES.map((name) => `message ${name} { int32 x = 1; }`).join("\n")}`,
    "b.fbs": `namespace b; ${NAMES.map((name) => `table ${name} { x: int; }`).join("\n")}`,
    "main.ts": MAIN,
    "package.json": "{}",
    "tsconfig.json": TSCONFIG,
  });
  mkdirSync(join(root, "node_modules"));
  symlinkSync(project, join(root, "node_modules/millrace"));
  symlinkSync(join(project, "node_modules/@types"), join(root, "node_modules/@types"));
  writeOutputs(generate([join(root, "a.proto"), join(root, "b.fbs")], [root]), join(root, "gen"));
  const tsc = spawnSync(join(project, "node_modules/.bin/tsc"), ["-p", root], { encoding: "utf8" });
  expect(tsc.stdout).toBe("");
  const { stdout } = spawnSync(process.execPath, ["out/main.js"], { cwd: root, encoding: "utf8" });
  expect(stdout).toBe("1 a.exports true\n");
});
