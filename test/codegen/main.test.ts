import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { folder } from "./folder.js";

const project = fileURLToPath(new URL("../../", import.meta.url));
const GOOD = 'syntax = "proto3"; import "google/protobuf/empty.proto"; message A { google.protobuf.Empty e = 1; }';
const BAD = 'syntax = "proto3";\nmessage A { B b = 1; }';

/** Runs the command line in `cwd`, as a process of its own. */
function millrace(cwd: string, ...args: string[]): { code: number | null; out: string; err: string } {
  const tsx = join(project, "node_modules/tsx/dist/esm/index.mjs");
  const main = join(project, "codegen/main.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", tsx, main, ...args], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, TSX_TSCONFIG_PATH: join(project, "tsconfig.json") },
  });
  return { code: status, out: stdout, err: stderr };
}

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" }).sort();
}

describe("millrace gen", () => {
  it("writes one file for each schema and import, says so line by line, and exits with 0", () => {
    const root = folder({ "a.proto": GOOD });
    expect(millrace(root, "gen", "a.proto", "--out", "gen")).toStrictEqual({
      code: 0,
      out: "gen/google/protobuf/empty.ts  1 message\ngen/a.ts  1 message\n",
      err: "",
    });
    expect(filesIn(join(root, "gen")).filter((file) => file.endsWith(".ts"))).toStrictEqual([
      "a.ts",
      "google/protobuf/empty.ts",
    ]);
  });

  it("finds imports below -I, and keeps their folders", () => {
    const root = folder({
      "protos/app/a.proto": 'syntax = "proto3"; import "shared/b.proto"; message A { b.B b = 1; }',
      "vendor/shared/b.proto": 'syntax = "proto3"; package b; message B {}',
    });
    const { code, out } = millrace(root, "gen", "protos/app/a.proto", "-I", "protos", "-I", "vendor", "--out", "gen");
    expect({ code, out }).toStrictEqual({ code: 0, out: "gen/shared/b.ts  1 message\ngen/app/a.ts  1 message\n" });
    expect(readFileSync(join(root, "gen/app/a.ts"), "utf8")).toContain('from "../shared/b.js"');
  });

  it("leaves files alone that would not change, and rewrites those that would", () => {
    const root = folder({ "a.proto": GOOD, "gen/a.ts": "old" });
    millrace(root, "gen", "a.proto", "--out", "gen");
    const file = join(root, "gen/a.ts");
    expect(readFileSync(file, "utf8")).toContain("interface A");
    utimesSync(file, 1_000, 1_000);
    millrace(root, "gen", "a.proto", "--out", "gen");
    expect(statSync(file).mtimeMs).toBe(1_000_000);
  });

  it("writes nothing when one of two schemas is wrong, and says where on stderr", () => {
    const root = folder({ "a.proto": GOOD, "b.proto": BAD });
    expect(millrace(root, "gen", "a.proto", "b.proto", "--out", "gen")).toStrictEqual({
      code: 1,
      out: "",
      err: "b.proto:2:9: A is already declared in a.proto:1\n",
    });
    expect(filesIn(root)).toStrictEqual(["a.proto", "b.proto"]);
  });

  it.each([
    [["gen", "missing.proto", "--out", "gen"], 1, /^millrace: missing.proto: no such schema\n$/],
    [["gen", "a.proto"], 2, /^millrace: --out DIR is missing; see millrace --help\n$/],
    [["gen", "a.proto", "--out", ""], 2, /^millrace: --out DIR is missing/],
    [["gen", "--out", "gen"], 2, /^millrace: no schema given/],
    [["gen", "a.proto", "--out", "gen", "--colour"], 2, /^millrace: Unknown option '--colour'[^\n]*\n$/],
    [["gen", "a.proto", "--out"], 2, /^millrace: Option '--out <value>' argument missing[^\n]*\n$/],
    [["generate", "a.proto", "--out", "gen"], 2, /^millrace: unknown command generate/],
    [[], 2, /^millrace: what to do\?/],
    [
      ["gen", "a.proto", "-I", "other", "--out", "gen"],
      1,
      /^millrace: a.proto lies in none of the folders given with -I/,
    ],
    [["gen", "other", "--out", "gen"], 1, /^millrace: other cannot be read\n$/],
    [["gen", "binary.proto", "--out", "gen"], 1, /^millrace: binary.proto is not UTF-8 text\n$/],
    [["gen", "a.proto", "--out", "a.proto"], 1, /^millrace: cannot write below a.proto/],
  ])("refuses %j in one line", (args, code, problem) => {
    const root = folder({ "a.proto": GOOD, "other/x.proto": GOOD });
    writeFileSync(join(root, "binary.proto"), Uint8Array.of(0xff));
    const result = millrace(root, ...args);
    expect(result).toMatchObject({ code, out: "", err: expect.stringMatching(problem) });
    expect(result.err.trimEnd()).not.toContain("\n");
    expect(filesIn(root)).toStrictEqual(["a.proto", "binary.proto", "other", "other/x.proto"]);
  });

  it("explains itself", () => {
    const { code, out } = millrace(project, "--help");
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/^usage: millrace gen SCHEMA/) });
  });

  it("follows no link out of an import folder or out of the output folder", () => {
    const outside = folder({ "secret.proto": 'syntax = "proto3"; message S {}' });
    const root = folder({ "in/a.proto": 'syntax = "proto3"; import "secret.proto"; message A {}', "in/b.proto": GOOD });
    symlinkSync(join(outside, "secret.proto"), join(root, "in/secret.proto"));
    expect(millrace(root, "gen", "in/a.proto", "--out", "gen")).toMatchObject({
      code: 1,
      err: 'in/a.proto:1:27: import "secret.proto" leads out of in\n',
    });
    mkdirSync(join(root, "gen"));
    symlinkSync(outside, join(root, "gen/google"));
    const { code, err } = millrace(root, "gen", "in/b.proto", "--out", "gen");
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining("leads out of gen") });
    expect(filesIn(outside)).not.toContain("protobuf/empty.ts");
    expect(filesIn(join(root, "gen"))).not.toContain("b.ts");
  });

  it("leaves nothing behind when the output folder cannot be written", () => {
    const root = folder({ "a.proto": GOOD, "gen/google/protobuf/empty.ts/x": "in the way" });
    chmodSync(join(root, "gen"), 0o755);
    const { code } = millrace(root, "gen", "a.proto", "--out", "gen");
    expect(code).toBe(1);
    expect(filesIn(root).filter((file) => file.endsWith(".tmp") || file.endsWith("a.ts"))).toStrictEqual([]);
  });
});
