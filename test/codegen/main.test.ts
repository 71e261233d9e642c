import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder } from "./folder.js";
import { millrace } from "./millrace.js";
import { project } from "./tools.js";

const GOOD = 'syntax = "proto3"; import "google/protobuf/empty.proto"; message A { google.protobuf.Empty e = 1; }';
const BAD = 'syntax = "proto3";\nmessage A { B b = 1; }';

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

  it("refuses two schemas that have one path, instead of taking the first for both", () => {
    const root = folder({ "x/a.proto": GOOD, "y/a.proto": GOOD });
    expect(millrace(root, "gen", "x/a.proto", "y/a.proto", "--out", "gen")).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringMatching(
        /x\/a\.proto and .*y\/a\.proto are both a\.proto: name a folder above them with -I\n$/,
      ),
    });
    expect(millrace(root, "gen", "x/a.proto", "./x/../x/a.proto", "--out", "gen").code).toBe(0);
  });

  it.each([
    [["gen", "missing.proto", "--out", "gen"], 1, /^millrace: missing.proto: no such schema\n$/],
    [["gen", "a.proto"], 2, /^millrace: --out DIR is missing; see millrace --help\n$/],
    [["gen", "a.proto", "--out", ""], 2, /^millrace: --out DIR is missing/],
    [["gen", "--out", "gen"], 2, /^millrace: no schema given/],
    [["gen", "a.proto", "--out", "gen", "--colour"], 2, /^millrace: Unknown option '--colour'[^\n]*\n$/],
    [["gen", "a.proto", "--out"], 2, /^millrace: Option '--out <value>' argument missing[^\n]*\n$/],
    [["generate", "a.proto", "--out", "gen"], 2, /^millrace: unknown command generate/],
    [[], 2, /^millrace: no command given: gen or check; see millrace --help\n$/],
    [["gen", "a.proto", "--out", "gen", "--check", "--watch"], 2, /^millrace: --check and --watch are two ways/],
    [["gen", "a.proto", "--out", "gen", "--wire"], 2, /^millrace: --wire is for millrace check/],
    [["check", "a.proto", "--out", "gen"], 2, /^millrace: --out is for millrace gen/],
    [["gen", "missing.binpb", "--out", "gen"], 1, /^millrace: missing.binpb cannot be read\n$/],
    [
      ["gen", "a.proto", "-I", "other", "--out", "gen"],
      1,
      /^millrace: a.proto lies in none of the folders given with -I/,
    ],
    [
      ["gen", "other", "--out", "gen"],
      1,
      /^millrace: other is a folder: name the schemas in it, such as other\/\*\.proto\n$/,
    ],
    [
      ["gen", "x.proto", "-I", "other", "--out", "gen"],
      1,
      /^millrace: x.proto: no such schema; is other\/x.proto meant\?\n$/,
    ],
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

  it("says which version it is", () => {
    const { version } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as { version: string };
    expect(millrace(project, "--version")).toStrictEqual({ code: 0, out: `${version}\n`, err: "" });
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
    expect(filesIn(outside)).toStrictEqual(["secret.proto"]);
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

describe("millrace gen --check", () => {
  it("is content with what it would write itself, wherever other files stand", () => {
    const root = folder({ "a.proto": GOOD, "gen/own.ts": "export {};", "gen/google/notes.md": "" });
    millrace(root, "gen", "a.proto", "--out", "gen");
    expect(millrace(root, "gen", "a.proto", "--out", "gen", "--check")).toStrictEqual({ code: 0, out: "", err: "" });
  });

  it("names each file that is stale, missing or left over, and writes nothing", () => {
    const root = folder({ "a.proto": GOOD, "b.proto": 'syntax = "proto3"; import "a.proto"; message B {}' });
    millrace(root, "gen", "b.proto", "--out", "gen");
    writeFileSync(join(root, "a.proto"), GOOD.replace("message A", "message C"));
    rmSync(join(root, "gen/google/protobuf/empty.ts"));
    const before = filesIn(root);
    expect(millrace(root, "gen", "a.proto", "--out", "gen", "--check")).toStrictEqual({
      code: 1,
      out: "",
      err: [
        "gen/google/protobuf/empty.ts is missing\n",
        "gen/a.ts is stale\n",
        "gen/b.ts is left over\n",
        "millrace: the files are not what the schemas give; run it without --check\n",
        "millrace: no schema given here makes the files that are left over: remove them, or give all schemas\n",
      ].join(""),
    });
    expect(filesIn(root)).toStrictEqual(before);
    expect(readFileSync(join(root, "gen/a.ts"), "utf8")).toContain("interface A");
  });

  it("calls all files missing where there is no folder", () => {
    const root = folder({ "a.proto": GOOD });
    const { code, err } = millrace(root, "gen", "a.proto", "--out", "gen", "--check");
    expect({ code, lines: err.split("\n").slice(0, 2) }).toStrictEqual({
      code: 1,
      lines: ["gen/google/protobuf/empty.ts is missing", "gen/a.ts is missing"],
    });
    expect(filesIn(root)).toStrictEqual(["a.proto"]);
  });
});
